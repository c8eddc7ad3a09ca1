import { inspect } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { toAppError } from '../../src/storage/postgres-errors.ts'

function answered(code: string): Error {
  return Object.assign(new pg.DatabaseError('in the words of the server', 0, 'error'), { code })
}

test.each([
  ['55P03', 'BUSY', '另一個程式正在寫入'],
  ['40P01', 'BUSY', '另一個程式正在寫入'],
  ['28P01', 'UNAVAILABLE', '帳號或密碼'],
  ['3D000', 'UNAVAILABLE', '不存在'],
  ['42501', 'UNAVAILABLE', '權限不足'],
  ['53300', 'UNAVAILABLE', '連線數已滿'],
  ['53100', 'UNAVAILABLE', '磁碟空間不足'],
  ['57P01', 'UNAVAILABLE', '無法連線'],
  ['25P03', 'UNAVAILABLE', '無法連線'],
  ['57014', 'BUSY', '回答太慢'],
])('%s of the server is %s: %s', (code, expected, words) => {
  expect(toAppError(answered(code), {})).toMatchObject({ code: expected, userMessage: expect.stringContaining(words) })
})

test.each([
  ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'UNAVAILABLE', '沒有可用的密碼'],
  ['timeout exceeded when trying to connect', 'BUSY', '連線都在使用中'],
  ['Connection terminated unexpectedly', 'UNAVAILABLE', '無法連線'],
])('pg itself says «%s»: %s, %s', (message, code, words) => {
  expect(toAppError(new Error(message), {})).toMatchObject({ code, userMessage: expect.stringContaining(words) })
})

test('a mistake of ours stays what it is', () => {
  const [refused, wrong] = [answered('23505'), new TypeError('not a function')]
  expect(toAppError(refused, {})).toBe(refused)
  expect(toAppError(wrong, {})).toBe(wrong)
})

test('the client that pg hangs on an error, with its password, goes no further', () => {
  const lost = Object.assign(new Error('Connection terminated'), { client: { password: 'secret' } })
  const told = toAppError(lost, { host: 'db', database: 'dcert' })
  expect(told).toMatchObject({ code: 'UNAVAILABLE', cause: { message: 'Connection terminated' } })
  expect(inspect(told, { depth: 9, showHidden: true })).not.toContain('secret')
})
