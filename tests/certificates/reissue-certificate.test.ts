import { describe, expect, test } from 'vitest'
import { type ReissueReason, reissueCertificate } from '../../src/certificates/reissue-certificate.ts'
import { ACTOR, type House, openHouse, REPLY, refusalOf } from '../support/house.ts'

type State = 'never confirmed' | 'confirmed' | 'cancelled' | 'pending' | 'pending, cancelled' | 'revoked' | 'paper'

/** A certificate brought into a state of the table of interfaces.md. */
async function certificateIn(state: State, house: House): Promise<string> {
  const paper = { issuedOn: '2013-12-31', supportsElectronic: false }
  const { certificate } = await house.issue(state === 'paper' ? paper : {})
  const { id } = certificate
  if (state !== 'never confirmed' && state !== 'paper') await house.confirm(id)
  if (state.startsWith('pending')) await house.reissue(id, { 姓名: '林堃萱' }, 'data-changed')
  if (state.endsWith('cancelled')) await house.unconfirm(id)
  if (state === 'revoked') await house.revoke('professor')
  return id
}

describe('what reissue does, by the state of the certificate (table of interfaces.md)', () => {
  test.each<[State, ReissueReason, number | RegExp, string | null]>([
    ['never confirmed', 'correction', 2, null],
    ['never confirmed', 'data-changed', /CONFLICT.*尚未確認.*correction/, null],
    ['confirmed', 'correction', 2, null],
    ['confirmed', 'data-changed', 2, 'replacement'],
    ['cancelled', 'correction', 2, null],
    ['cancelled', 'data-changed', 2, 'replacement'],
    // A replacement that is corrected before anybody confirmed it is still a replacement.
    ['pending', 'correction', 3, 'replacement'],
    ['pending', 'data-changed', 3, 'replacement'],
    ['pending, cancelled', 'correction', 3, 'replacement'],
    ['revoked', 'correction', /CONFLICT.*已撤銷/, null],
    ['revoked', 'data-changed', /CONFLICT.*已撤銷/, null],
    ['paper', 'correction', /CONFLICT.*紙本/, null],
    ['paper', 'data-changed', /CONFLICT.*紙本/, null],
  ])('%s, %s', async (state, reason, expected, mark) => {
    const house = await openHouse()
    const id = await certificateIn(state, house)
    const before = await house.rows('select * from certificate_versions')
    const request = house.reissue(id, { 姓名: '林坤煊' }, reason)
    if (expected instanceof RegExp) {
      expect(await refusalOf(request)).toMatch(expected)
      expect(await house.rows('select * from certificate_versions')).toEqual(before)
      return
    }
    expect((await request).version).toBe(expected)
    const newest = (await house.app.reading.certificates.listVersions(id)).at(-1)
    expect(newest).toMatchObject({ version: expected, mark, reason, documentNumber: REPLY })
    expect(newest?.case.name).toBe('林坤煊')
    const page = (await house.file(id, expected)).toString('utf8')
    expect(page).toContain(`"mark":${JSON.stringify(mark)}`)
    expect(page).toContain(`"version":${expected}`)
  })
})

describe('the next version', () => {
  test('leaves the one before in force until it is confirmed; then that one is outdated (E29, E30)', async () => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    await house.reissue(id, { 姓名: '林坤煊' }, 'data-changed')
    const reasons = async () => [
      (await house.verify(await house.file(id, 1))).reason,
      (await house.verify(await house.file(id, 2))).reason,
    ]
    expect(await reasons()).toEqual(['current', 'unconfirmed'])
    await house.confirm(id)
    expect(await reasons()).toEqual(['superseded', 'current'])
  })

  test('a waiting version that was corrected is never confirmed', async () => {
    const house = await openHouse()
    const id = await certificateIn('pending', house)
    await house.reissue(id, { 姓名: '林坤煊' })
    await house.confirm(id)
    const versions = await house.app.reading.certificates.listVersions(id)
    expect(versions.map(({ firstConfirmedAt }) => firstConfirmedAt !== null)).toEqual([true, false, true])
    expect((await house.verify(await house.file(id, 2))).reason).toBe('unconfirmed')
  })

  test('keeps what does not change, the earlier file byte for byte (E23, E37)', async () => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    const first = await house.file(id, 1)
    await house.reissue(id, { 姓名: '林坤煊' })
    const [one, two] = await house.app.reading.certificates.listVersions(id)
    expect({ ...two!.case, name: '' }).toEqual({ ...one!.case, name: '' })
    expect((await house.file(id, 1)).equals(first)).toBe(true)
  })

  test('has an English file as soon as an English name is set; both languages are one certificate (E62)', async () => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    await house.reissue(id, { 英文姓名: 'LIN, KUN-HSUAN' })
    await house.confirm(id)
    expect((await house.verify(await house.file(id, 2, 'en'))).reason).toBe('current')
    expect((await house.verify(await house.file(id, 1))).reason).toBe('superseded')
  })

  test('without the English name again, the English file of before is outdated (§2.9: whatever its languages)', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue({ nameEn: 'LIN, KUN-HSUAN' })
    await house.confirm(certificate.id)
    await house.reissue(certificate.id, { 英文姓名: '' })
    await house.confirm(certificate.id)
    expect((await house.verify(await house.file(certificate.id, 1, 'en'))).reason).toBe('superseded')
  })
})

describe('values that are not accepted', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ 證書字號: '149904' }, /證書字號：.*不能變更/],
    [{ 審查等級: '副教授' }, /審查等級：.*不能變更/],
    [{ 核定公文文號: '1140018807' }, /核定公文文號：.*不能變更/],
    [{ 支援電子證書: '否' }, /支援電子證書：.*不能變更/],
    [{ 審定結果: '審定不通過' }, /審定結果：.*不能變更/],
    // Taken over by importing the case again; a new version would look the same.
    [{ 電子郵件: 'new@example.org' }, /電子郵件：.*重新匯入/],
    [{ 姓明: '林坤煊' }, /姓明：沒有這個欄位/],
    [{ 姓名: '' }, /姓名：必填/],
    [{ 姓名: '林坤煊', name: '林焜煊' }, /姓名：寫了兩次/],
    [{ 姓名: '林\u200b煊' }, /姓名：第 2 個字元 U\+200B/],
    [{ 姓名: '林𗼇' }, /姓名.*U\+17F07/],
    [{ 身分證號: 'A123456708' }, /身分證號：.*檢查碼/],
    [{ 生日: '1976/1/2' }, /生日：.*西元/],
    [{ 發證日期: '102-12-31' }, /支援電子證書：發證日期早於/],
    [{ 發證日期: '199-01-01' }, /發證日期：.*晚於今天/],
    [{ 姓名: '林堃煊' }, /沒有任何資料改變/],
    [{}, /沒有任何資料改變/],
  ])('%j is refused, and no version begun (E37, E63)', async (set, message) => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    const refusal = await refusalOf(house.reissue(id, set))
    expect(refusal).toMatch(/^INVALID_INPUT/)
    expect(refusal).toMatch(message)
    expect(await house.rows('select * from certificate_versions')).toHaveLength(1)
  })

  test.each(['起資年月', '發證日期', '學校代碼', '送審學校', '審查類別'])(
    '換發 changes nothing but personal data: %s is corrected or not at all (E37)',
    async (column) => {
      const house = await openHouse()
      const id = await certificateIn('confirmed', house)
      const refusal = await refusalOf(house.reissue(id, { 姓名: '林坤煊', [column]: '113/02' }, 'data-changed'))
      expect(refusal).toContain(`${column}：換發只變更個人資料`)
    },
  )

  test('a corrected 學校代碼 is that of the school that confirms from now on (E4, E10)', async () => {
    const house = await openHouse()
    const id = await certificateIn('never confirmed', house)
    await house.reissue(id, { 學校代碼: '9995', 送審學校: '凌網大學' })
    expect((await house.app.reading.certificates.get(id)).schoolCode).toBe('9995')
  })

  test('all that is wrong is told at once', async () => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    expect(await refusalOf(house.reissue(id, { 姓名: '', 生日: '0', 審查等級: '講師' }))).toMatch(
      /審查等級.*姓名.*生日|審查等級.*生日.*姓名/,
    )
  })

  test.each(['', '   ', '1150000321\u200B', '1'.repeat(101)])(
    'the reply number «%s» is refused (E41)',
    async (documentNumber) => {
      const house = await openHouse()
      const certificateId = await certificateIn('confirmed', house)
      const request = { certificateId, reason: 'correction', documentNumber, set: { 姓名: '林坤煊' } } as const
      expect(await refusalOf(reissueCertificate(request, ACTOR, await house.issuing()))).toMatch(/公文文號/)
    },
  )
})

describe('the same request again makes no further version (E66)', () => {
  test('also when a later version has overtaken it: its data do not come back', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    await house.reissue(certificate.id, { 姓名: '林坤煊' })
    const later = { certificateId: certificate.id, reason: 'correction', documentNumber: '1150009999' } as const
    await reissueCertificate({ ...later, set: { 姓名: '林焜煊' } }, ACTOR, await house.issuing())
    expect((await house.reissue(certificate.id, { 姓名: '林坤煊' })).version).toBe(2)
    expect(await house.rows('select * from certificate_versions')).toHaveLength(3)
  })

  const request = (house: House, id: string) => house.reissue(id, { 姓名: '林坤煊' }, 'data-changed')

  test('after it was done, before and after its confirmation', async () => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    expect((await request(house, id)).version).toBe(2)
    expect((await request(house, id)).version).toBe(2)
    await house.confirm(id)
    expect((await request(house, id)).version).toBe(2)
    expect(await house.rows('select * from documents')).toHaveLength(2)
  })

  test('ten times at once', async () => {
    const house = await openHouse()
    const id = await certificateIn('confirmed', house)
    const made = await Promise.all(Array.from({ length: 10 }, () => request(house, id)))
    expect(new Set(made.map(({ version }) => version))).toEqual(new Set([2]))
    expect(await house.rows('select * from documents')).toHaveLength(2)
  })

  test('after a crash it completes the version that was begun; other data meanwhile is a conflict', async () => {
    const house = await openHouse()
    const certificateId = await certificateIn('confirmed', house)
    const issuing = await house.issuing()
    const killed = { ...issuing, maker: { ...issuing.maker, make: () => expect.fail('killed') } }
    const same = { certificateId, reason: 'data-changed', documentNumber: REPLY, set: { 姓名: '林坤煊' } } as const
    await expect(reissueCertificate(same, ACTOR, killed)).rejects.toThrow('killed')
    const begun = await house.rows('select token from certificate_files where version = 2')
    expect(await refusalOf(house.reissue(certificateId, { 姓名: '林焜煊' }, 'data-changed'))).toMatch(/第 2 版尚未完成/)
    expect((await request(house, certificateId)).version).toBe(2)
    expect(await house.rows('select token from certificate_files where version = 2')).toEqual(begun)
    await house.file(certificateId, 2)
  })
})

describe('the person (E36, E49)', () => {
  const NEW = 'A100537307'

  test('with a changed ID number is the same one: an act by either number covers all certificates', async () => {
    const house = await openHouse()
    const professor = (await house.issue()).certificate.id
    const lecturer = (await house.issue({ rank: 'lecturer', number: '98441' })).certificate.id
    await house.confirm(professor)
    await house.reissue(professor, { 身分證號: NEW }, 'data-changed')
    await house.confirm(professor)
    const { certificates } = await house.revoke('lecturer', NEW, true)
    expect(new Set(certificates.map(({ id }) => id))).toEqual(new Set([professor, lecturer]))
    expect((await house.revoke('lecturer', undefined, true)).certificates).toHaveLength(2)
  })

  test('whose new number was somebody already becomes one with them; that is in the trail', async () => {
    const house = await openHouse()
    const professor = (await house.issue()).certificate.id
    await house.issue({ rank: 'lecturer', number: '98441', idNumber: NEW })
    await house.confirm(professor)
    await house.reissue(professor, { 身分證號: NEW }, 'data-changed')
    await house.confirm(professor)
    expect((await house.revoke('lecturer', NEW, true)).certificates).toHaveLength(2)
    expect(await house.rows("select * from audit_events where action = 'persons-joined'")).toHaveLength(1)
  })

  test('stays the same while the new number is not confirmed, also when it was a slip (E30)', async () => {
    const house = await openHouse()
    const professor = (await house.issue()).certificate.id
    const lecturer = (await house.issue({ rank: 'lecturer', number: '98441' })).certificate.id
    const stranger = (await house.issue({ number: '150000', idNumber: 'L220000017' })).certificate.id
    await house.confirm(professor)
    await house.reissue(professor, { 身分證號: 'L220000017' }, 'data-changed')
    await house.reissue(professor, { 身分證號: NEW }, 'correction')
    await house.confirm(professor)
    const covered = async (idNumber?: string) =>
      new Set((await house.revoke('lecturer', idNumber, true)).certificates.map(({ id }) => id))
    expect(await covered(NEW)).toEqual(new Set([professor, lecturer]))
    expect(await covered()).toEqual(new Set([professor, lecturer]))
    expect(await covered('L220000017')).toEqual(new Set([stranger]))
  })

  test('is not made one with somebody of another birth date: such a number is a slip', async () => {
    const house = await openHouse()
    const professor = (await house.issue()).certificate.id
    await house.issue({ number: '150000', idNumber: 'L220000017', birthDate: '1990-01-01' })
    await house.confirm(professor)
    expect(await refusalOf(house.reissue(professor, { 身分證號: 'L220000017' }, 'data-changed'))).toMatch(/另一人/)
  })

  test('of a wrong ID number keeps the others: only the corrected certificate moves', async () => {
    const house = await openHouse()
    const professor = (await house.issue()).certificate.id
    const lecturer = (await house.issue({ rank: 'lecturer', number: '98441' })).certificate.id
    await house.reissue(professor, { 身分證號: NEW })
    await house.confirm(professor)
    expect((await house.revoke('lecturer', NEW, true)).certificates.map(({ id }) => id)).toEqual([professor])
    expect((await house.revoke('lecturer', undefined, true)).certificates.map(({ id }) => id)).toEqual([lecturer])
  })
})
