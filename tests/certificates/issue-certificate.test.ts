import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { issueCertificate } from '../../src/certificates/issue-certificate.ts'
import type { FileMaker } from '../../src/certificates/make-file.ts'
import { ACTOR, approvedCase, type House, openHouse, refusalOf } from '../support/house.ts'
import { sqlFor, withoutRefusals } from '../support/register.ts'

const ENGLISH = { nameEn: 'LIN, KUN-HSUAN' }

/** From now on there is no room for a second document. */
const DISK_FULL = sqlFor({
  sqlite: `create trigger disk_full before insert on documents when (select count(*) from documents) = 1
    begin select raise(abort, 'disk full'); end`,
  postgres: `create function disk_full() returns trigger language plpgsql as
    $$ begin if (select count(*) from documents) = 1 then raise exception 'disk full'; end if; return new; end $$;
    create trigger disk_full before insert on documents for each row execute function disk_full()`,
})

/** A house whose machine stops when the given file is about to be made. */
async function issueKilled(house: House, at: number, changes = {}): Promise<void> {
  const issuing = await house.issuing()
  let made = 0
  const maker: FileMaker = {
    ...issuing.maker,
    make(content, version) {
      made++
      if (made === at) throw new Error('killed')
      return issuing.maker.make(content, version)
    },
  }
  await expect(issueCertificate(approvedCase(changes), ACTOR, { ...issuing, maker })).rejects.toThrow('killed')
}

async function counts(house: House) {
  const [row] = await house.rows<{ versions: number; issued: number; files: number; documents: number }>(`select
    (select count(*) from certificate_versions) as versions,
    (select count(*) from certificate_versions where issued_at is not null) as issued,
    (select count(*) from certificate_files where sha256 is not null) as files,
    (select count(*) from documents) as documents`)
  return row
}

describe('issuing a case', () => {
  test('keeps every language, each under its own fingerprint and token (E22, E62)', async () => {
    const house = await openHouse()
    const { outcome, certificate } = await house.issue(ENGLISH)
    expect(outcome).toBe('issued')
    const files = await house.app.reading.certificates.listFiles(certificate.id)
    expect(files.map(({ language }) => language)).toEqual(['zh-TW', 'en'])
    expect(new Set(files.map(({ token }) => token)).size).toBe(2)
    for (const { sha256, language, token } of files) {
      expect(token).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
      const bytes = await house.file(certificate.id, 1, language)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
      expect(bytes.toString('utf8')).toContain(`<dcert:token>${token}</dcert:token>`)
    }
  })

  test('without an English name there is no English file (E62)', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    const files = await house.app.reading.certificates.listFiles(certificate.id)
    expect(files.map(({ language }) => language)).toEqual(['zh-TW'])
  })

  test.each([
    [{ supportsElectronic: false }],
    [{ result: '審定不通過' }],
    [{ supportsElectronic: false, issuedOn: '2013-12-31' }],
  ])('%j is registered without a certificate, and is so on every run (E3, E40)', async (changes) => {
    const house = await openHouse()
    expect((await house.issue(changes)).outcome).toBe('without-certificate')
    expect((await house.issue(changes)).outcome).toBe('without-certificate')
    expect(await counts(house)).toEqual({ versions: 0, issued: 0, files: 0, documents: 0 })
    expect(await house.rows('select * from certificates')).toHaveLength(1)
  })

  test('a case that cannot be drawn leaves nothing behind (E63)', async () => {
    const house = await openHouse()
    expect(await refusalOf(house.issue({ name: '方若𗼇' }))).toMatch(/姓名.*𗼇/)
    expect(await refusalOf(house.issue({ nameEn: '方若𗼇' }))).toMatch(/英文姓名.*𗼇/)
    expect(await house.rows('select * from certificates')).toEqual([])
    expect((await counts(house))?.versions).toBe(0)
  })
})

describe('a case is issued once (E66)', () => {
  test('the same again changes nothing, not even a row of the trail', async () => {
    const house = await openHouse()
    await house.issue(ENGLISH)
    const before = await house.rows('select * from audit_events')
    expect((await house.issue(ENGLISH)).outcome).toBe('unchanged')
    expect(await house.rows('select * from audit_events')).toEqual(before)
    expect(await counts(house)).toEqual({ versions: 1, issued: 1, files: 2, documents: 2 })
  })

  test('ten at the same time: one issues, and no bytes lie about that no version names', async () => {
    const house = await openHouse()
    await house.issuing()
    const results = await Promise.all(Array.from({ length: 10 }, () => house.issue(ENGLISH)))
    expect(results.filter(({ outcome }) => outcome === 'issued')).toHaveLength(1)
    expect(await counts(house)).toEqual({ versions: 1, issued: 1, files: 2, documents: 2 })
  })
})

describe('a machine that stops between two steps (E22, E66)', () => {
  test.each([1, 2])('before file %i: the intent is there, nothing is kept', async (at) => {
    const house = await openHouse()
    await issueKilled(house, at, ENGLISH)
    expect(await counts(house)).toEqual({ versions: 1, issued: 0, files: 0, documents: 0 })
  })

  test('the same case again completes the same version with the same tokens', async () => {
    const house = await openHouse()
    await issueKilled(house, 2, ENGLISH)
    const intended = await house.rows('select version, language, token from certificate_files order by token')
    const { outcome } = await house.issue(ENGLISH)
    expect(outcome).toBe('issued')
    expect(await house.rows('select version, language, token from certificate_files order by token')).toEqual(intended)
    expect(await counts(house)).toEqual({ versions: 1, issued: 1, files: 2, documents: 2 })
  })

  test('the next process completes it when it opens its keys, whatever it was started for', async () => {
    const house = await openHouse()
    await issueKilled(house, 1, ENGLISH)
    await house.sql(
      ...withoutRefusals('certificate_versions', 'update'),
      "update certificate_versions set intended_at = '2000-01-01T00:00:00Z'",
    )
    await house.app.close()
    const next = await openHouse(house.directory)
    await next.app.issuing()
    expect(await counts(next)).toEqual({ versions: 1, issued: 1, files: 2, documents: 2 })
  })

  test('a version that can never be completed does not keep the others from being issued', async () => {
    const house = await openHouse()
    await issueKilled(house, 1)
    await house.sql(
      ...withoutRefusals('certificate_versions', 'update'),
      "update certificate_versions set template = 'college-teacher/v99', intended_at = '2000-01-01T00:00:00Z'",
    )
    await house.app.close()
    const next = await openHouse(house.directory)
    expect((await next.issue({ number: '149904' })).outcome).toBe('issued')
    expect(await counts(next)).toMatchObject({ versions: 2, issued: 1 })
  })

  test('a second file that cannot be kept leaves none: all languages or nothing', async () => {
    const house = await openHouse()
    await house.issuing()
    await house.sql(DISK_FULL)
    await expect(house.issue(ENGLISH)).rejects.toThrow(/disk full/)
    expect(await counts(house)).toEqual({ versions: 1, issued: 0, files: 0, documents: 0 })
    await house.sql(sqlFor({ sqlite: 'drop trigger disk_full', postgres: 'drop trigger disk_full on documents' }))
    expect((await house.issue(ENGLISH)).outcome).toBe('issued')
    expect(await counts(house)).toEqual({ versions: 1, issued: 1, files: 2, documents: 2 })
  })
})

describe('the same case with other data (interfaces.md, Cases as input)', () => {
  test.each([
    [{ name: '林坤煊' }, '姓名'],
    [{ idNumber: 'A100537307', birthDate: '1976-01-03' }, '身分證號、生日'],
    [{ category: null }, '審查類別'],
    [{ documentNumber: '1140018807' }, '核定公文文號'],
    [{ nameEn: 'LIN' }, '英文姓名'],
    [{ result: '審定不通過' }, '審定結果'],
    [{ supportsElectronic: false }, '支援電子證書'],
  ])('%j is refused as a conflict that names %s', async (changes, columns) => {
    const house = await openHouse()
    await house.issue()
    const refusal = await refusalOf(house.issue(changes))
    expect(refusal).toMatch(/^CONFLICT/)
    expect(refusal).toContain(`（${columns}）`)
    expect((await counts(house))?.versions).toBe(1)
  })

  test('the same number at another rank is another certificate', async () => {
    const house = await openHouse()
    await house.issue()
    expect((await house.issue({ rank: 'lecturer' })).outcome).toBe('issued')
  })

  test('a changed 電子郵件 is taken over, and nothing is issued', async () => {
    const house = await openHouse()
    await house.issue({ email: 'old@example.org' })
    const { outcome, certificate } = await house.issue({ email: 'new@example.org' })
    expect([outcome, certificate.email]).toEqual(['unchanged', 'new@example.org'])
    const [trail] = await house.rows('select action, details from audit_events order by seq desc limit 1')
    expect(trail).toEqual({ action: 'email-changed', details: '{}' })
  })

  test('a number that a spreadsheet took the leading zero from is a conflict, not another certificate (E66)', async () => {
    const house = await openHouse()
    await house.issue({ number: '097955' })
    await expect(house.issue({ number: '97955' })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('a certificate that was revoked on paper gets no e-certificate (E42, E60)', async () => {
    const house = await openHouse()
    await house.issue({ supportsElectronic: false })
    await house.revoke('lecturer')
    await expect(house.issue({ supportsElectronic: true })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await house.rows('select * from documents')).toEqual([])
  })

  test('an import without 電子郵件 does not take away the one on file', async () => {
    const house = await openHouse()
    await house.issue({ email: 'old@example.org' })
    const { certificate } = await house.issue({ email: null })
    expect(certificate.email).toBe('old@example.org')
  })

  test.each([
    [{ result: '審定不通過' }, { result: '審定通過' }],
    [{ supportsElectronic: false }, { supportsElectronic: true }],
  ])('%j that turns to yes issues', async (before, after) => {
    const house = await openHouse()
    await house.issue(before)
    expect((await house.issue(after)).outcome).toBe('issued')
    expect((await house.issue(after)).outcome).toBe('unchanged')
    expect(await refusalOf(house.issue(before))).toMatch(/^CONFLICT/)
  })

  test('審定結果 that changes from one no to another is other data', async () => {
    const house = await openHouse()
    await house.issue({ result: '審定不通過' })
    expect(await refusalOf(house.issue({ result: '審定不合格' }))).toMatch(/審定結果/)
  })

  test('after a correction both the old file and the corrected one are unchanged, a third one is a conflict', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.reissue(certificate.id, { 姓名: '林坤煊' })
    expect((await house.issue()).outcome).toBe('unchanged')
    expect((await house.issue({ name: '林坤煊' })).outcome).toBe('unchanged')
    expect(await refusalOf(house.issue({ name: '林焜煊' }))).toMatch(/^CONFLICT/)
    expect((await counts(house))?.versions).toBe(2)
  })
})
