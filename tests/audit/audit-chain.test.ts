import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { checkChain } from '../../src/audit/audit-chain.ts'
import { auditStore } from '../../src/audit/audit-store.ts'
import { checkDocuments } from '../../src/audit/check-documents.ts'
import { ACTOR, approvedCase, type House, openHouse } from '../support/house.ts'
import { runSql } from '../support/raw-sql.ts'
import { copyRegister, openUntilEnd, removeRegister, sqlFor, withoutRefusals } from '../support/register.ts'

const UNLOCK = withoutRefusals('audit_events', 'update', 'delete')
/** the member `files` of an event's details, as it stands there */
const FILES = sqlFor({ sqlite: `json_extract(details, '$.files')`, postgres: `(details::json -> 'files')::text` })
const COLUMNS = ['at', 'actor', 'action', 'subject', 'details', 'previous_hash', 'hash'] as const

/** A register with a life behind it: its trail has ten rows and more. */
async function lived(): Promise<House> {
  const house = await openHouse()
  const { certificate } = await house.issue({ email: 'a@example.org', nameEn: 'LIN' })
  await house.confirm(certificate.id)
  await house.unconfirm(certificate.id)
  await house.reissue(certificate.id, { 姓名: '林坤煊' })
  await house.confirm(certificate.id)
  const { act } = await house.revoke('professor')
  await house.reinstate(act!)
  await house.issue({ email: 'b@example.org', nameEn: 'LIN' })
  return house
}

async function check(house: House, pageSize = 4) {
  return checkChain(house.app.reading.audit.pages(pageSize), await house.app.reading.audit.head())
}

let kept: Promise<string> | undefined

/** The register of such a life, made once and never written to: every test works on a copy. */
async function keptRegister(): Promise<string> {
  const house = await lived()
  await house.app.close()
  return copyRegister(house.app.config.databaseUrl)
}
afterAll(async () => kept && removeRegister(await kept))

/** The trail of a copy of that register, after somebody has changed it with the triggers out of the way. */
async function checkAfter(...statements: string[]) {
  kept ??= keptRegister()
  const url = await copyRegister(await kept)
  onTestFinished(() => removeRegister(url))
  await runSql(url, [...UNLOCK, ...statements])
  const trail = auditStore(openUntilEnd(url, { readOnly: true }))
  return checkChain(trail.pages(4), await trail.head())
}

describe('the trail (E67)', () => {
  test('tells who did what to which, when, and holds together', async () => {
    const house = await lived()
    const events = await house.rows<{ action: string; actor: string; at: string }>(
      'select * from audit_events order by seq',
    )
    expect(events.map(({ action }) => action)).toEqual([
      'issuer-registered',
      'signing-certificate-registered',
      'certificate-registered',
      'version-issued',
      'certificate-confirmed',
      'certificate-unconfirmed',
      'version-issued',
      'certificate-confirmed',
      'revoked',
      'reinstated',
      'email-changed',
    ])
    expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set(['system', ACTOR]))
    for (const { at } of events) expect(at).toBe('2026-08-03T02:00:00Z')
    expect(await check(house)).toEqual({ whole: true, events: events.length })
  })

  test('holds no name, no ID number and no address', async () => {
    const house = await lived()
    const text = JSON.stringify(await house.rows('select * from audit_events'))
    for (const secret of ['林', approvedCase().idNumber, '1976-01-02', '@example.org'])
      expect(text).not.toContain(secret)
  })

  test.each(COLUMNS.flatMap((column) => [1, 5, 11].map((seq) => [column, seq] as const)))(
    'with %s of row %i changed is broken at that row',
    async (column, seq) => {
      const found = await checkAfter(`update audit_events set ${column} = ${column} || 'x' where seq = ${seq}`)
      expect(found).toMatchObject({ whole: false, seq })
    },
  )

  test.each([
    ['another order', `'{"version":1,"reason":"first","files":' || ${FILES} || '}'`],
    ['white space', `replace(details, '":', '": ')`],
    ['a member twice, of which programs take the last', `replace(details, '"version":1', '"version":9,"version":1')`],
  ])('with details written otherwise (%s) is broken', async (_, written) => {
    const found = await checkAfter(`update audit_events set details = ${written} where seq = 4`)
    expect(found).toMatchObject({ whole: false, seq: 4 })
  })

  test.each([1, 5, 10])('with row %i deleted is broken there', async (seq) => {
    expect(await checkAfter(`delete from audit_events where seq = ${seq}`)).toMatchObject({ whole: false, seq })
  })

  test('with a row deleted and the others moved up is broken there', async () => {
    const found = await checkAfter(
      'delete from audit_events where seq = 5',
      ...[6, 7, 8, 9, 10, 11].map((seq) => `update audit_events set seq = ${seq - 1} where seq = ${seq}`),
    )
    expect(found).toMatchObject({ whole: false, seq: 5 })
  })

  test('with its end cut off tells how much is missing', async () => {
    expect(await checkAfter('delete from audit_events where seq > 8')).toEqual({
      whole: false,
      seq: 9,
      reason: 'rows 9 to 11 are missing',
    })
  })

  test('emptied altogether is not taken for a new one', async () => {
    expect(await checkAfter('delete from audit_events')).toMatchObject({ whole: false, seq: 1 })
  })

  test('with two rows swapped is broken at the first', async () => {
    const found = await checkAfter(
      'update audit_events set seq = -1 where seq = 3',
      'update audit_events set seq = 3 where seq = 7',
      'update audit_events set seq = 7 where seq = -1',
    )
    expect(found).toMatchObject({ whole: false, seq: 3 })
  })

  test('with a row put in is broken there', async () => {
    const found = await checkAfter(
      ...[11, 10, 9, 8, 7, 6].map((seq) => `update audit_events set seq = ${seq + 1} where seq = ${seq}`),
      `insert into audit_events select 6, at, actor, action, subject, details, previous_hash, hash from audit_events where seq = 5`,
      'update audit_head set seq = 12',
    )
    expect(found).toMatchObject({ whole: false, seq: 6 })
  })

  test('whose head was changed does not agree', async () => {
    expect(await checkAfter(`update audit_head set hash = '${'0'.repeat(64)}'`)).toMatchObject({
      whole: false,
      seq: 11,
    })
  })

  test('is checked alike whatever the size of the pages', async () => {
    const house = await lived()
    for (const size of [1, 3, 11, 1000]) expect(await check(house, size)).toEqual({ whole: true, events: 11 })
  })

  test('that grows while it is checked is not taken for broken', async () => {
    const house = await lived()
    const head = await house.app.reading.audit.head()
    await house.issue({ email: 'c@example.org', nameEn: 'LIN' })
    expect(await checkChain(house.app.reading.audit.pages(4), head)).toEqual({ whole: true, events: 11 })
  })

  test('written by many at once is one chain', async () => {
    const house = await openHouse()
    await house.issuing()
    await Promise.all(Array.from({ length: 12 }, (_, i) => house.issue({ number: String(100 + i) })))
    expect(await check(house)).toEqual({ whole: true, events: 26 })
  })
})

describe('the sweep over the kept files (E20, E23)', () => {
  test('finds every file whole', async () => {
    const house = await lived()
    expect(await checkDocuments(house.app.reading, house.app.trust())).toEqual({ documents: 4, problems: [] })
  })

  test('names the file of which one byte was changed', async () => {
    const house = await lived()
    const [{ sha256 } = expect.fail()] = await house.rows<{ sha256: string }>('select sha256 from documents limit 1')
    const oneByteChanged = sqlFor({
      sqlite: `cast(substr(bytes, 1, 5000) || x'00' || substr(bytes, 5002) as blob)`,
      postgres: 'set_byte(bytes, 5000, 0)',
    })
    await house.sql(
      ...withoutRefusals('documents', 'update'),
      `update documents set bytes = ${oneByteChanged} where sha256 = '${sha256}'`,
    )
    const { problems } = await checkDocuments(house.app.reading, house.app.trust())
    expect(problems).toMatchObject([{ sha256, reason: expect.stringContaining('fingerprint') }])
  })

  test('names a file that is gone, and one that is not in the register any more', async () => {
    const house = await lived()
    await house.sql(
      sqlFor({ sqlite: 'pragma foreign_keys = off', postgres: 'set session_replication_role = replica' }),
      ...withoutRefusals('documents', 'delete'),
      ...withoutRefusals('certificate_files', 'update'),
      'delete from documents where sha256 = (select sha256 from certificate_files order by token limit 1)',
      'update certificate_files set sha256 = null where token = (select max(token) from certificate_files)',
    )
    const { problems } = await checkDocuments(house.app.reading, house.app.trust())
    expect(problems.map(({ reason }) => reason)).toEqual([
      'the kept bytes are gone',
      'the register has lost its fingerprint',
      'no certificate names it',
    ])
  })

  test('names a file that was put in and belongs to nothing', async () => {
    const house = await lived()
    const stranger = await house.app.transactions.run((stores) =>
      stores.documents.put(Buffer.from('%PDF-1.7\n'), 'now'),
    )
    const { problems } = await checkDocuments(house.app.reading, house.app.trust())
    expect(problems).toMatchObject([{ sha256: stranger, reason: 'no certificate names it' }])
  })
})
