import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { postgresAddress } from '../../src/storage/postgres-address.ts'

describe('the address of a register', () => {
  test.each([
    'mysql://account:secret@host/dcert',
    'dcert.sqlite',
    'account:secret@host/dcert',
    '//account:secret@host/dcert',
    'postgres://account:sec#ret@host/dcert?secret',
    'postgres://account:secret@host:port/dcert',
    'postgres://account:secret@host/dcert?sslmod=secret',
    'postgres://account:secret@host/dcert?sslmode=verify-full&sslrootcert=/nowhere/root.pem',
    'postgres://account:secret@host/dcert?sslmode=verify-full&sslrootcert=/',
    'postgres://account:secret@host/dcert?sslmode=',
    'postgres://account:secret@host/dcert?sslmode=verify',
    'postgres://account:secret@host/dcert?sslmode=verify-full&sslmode=disable',
    'postgres://account:secret@host/dcert?lock_timeout=secret',
    'postgres://account:secret@host/dcert?application_name=',
    'postgres://account:secret%zz@host/dcert',
    'postgres://account%zz:secret@host/dcert',
    'postgres://account:secret@host/%zz',
  ])('%s is refused, and nothing of its password is repeated', (url) => {
    const refused = (): unknown => {
      try {
        return openDatabase(url, { readOnly: false })
      } catch (error) {
        return error
      }
    }
    expect(refused()).toMatchObject({
      code: 'INVALID_INPUT',
      userMessage: expect.stringMatching(/^DCERT_DATABASE_URL/),
    })
    expect(inspect(refused(), { depth: 9, showHidden: true })).not.toContain('secret')
  })

  test.each(['postgres', 'postgresql'])('%s:// connects when it is asked, not before', async (scheme) => {
    const db = openDatabase(`${scheme}://account:secret@db.invalid:5432/dcert`, { readOnly: true })
    await expect(db.destroy()).resolves.toBeUndefined()
  })

  test.each(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'])('may say sslmode=%s', (mode) => {
    expect(() => postgresAddress(`postgres://account:secret@host/dcert?sslmode=${mode}`, false)).not.toThrow()
  })

  test('of a reading connection makes the session read-only, beside what the operator sets', () => {
    const url = 'postgres://account:p%40ss+word@host/dcert?options=-c%20search_path%3Dregister'
    const { connection, place } = postgresAddress(url, true)
    const read = new URL(connection.connectionString ?? '')
    expect(read.searchParams.get('options')).toBe('-c search_path=register -c default_transaction_read_only=on')
    expect(decodeURIComponent(read.password)).toBe('p@ss+word')
    expect(place).toEqual({ host: 'host', database: 'dcert' })
    expect(postgresAddress(url, false).connection.connectionString).toBe(url)
  })
})
