import { describe, expect, test } from 'vitest'
import { certificateState, downloadableVersion } from '../../src/certificates/certificate-status.ts'
import { findForConfirmation } from '../../src/certificates/confirm-certificate.ts'
import { ACTOR, type House, openHouse, refusalOf } from '../support/house.ts'

async function issued(house: House): Promise<string> {
  return (await house.issue()).certificate.id
}

function history(house: House) {
  return house.rows('select seq, action, version, document_number, actor from confirmations order by seq')
}

async function trail(house: House): Promise<string[]> {
  const events = await house.rows<{ action: string }>('select action from audit_events order by seq')
  return events.map(({ action }) => action)
}

describe('確認 and 取消確認', () => {
  test('are idempotent, may alternate any number of times, and write history each time (E14)', async () => {
    const house = await openHouse()
    const id = await issued(house)
    const outcomes: string[] = []
    for (const act of ['confirm', 'confirm', 'unconfirm', 'unconfirm', 'confirm', 'unconfirm', 'confirm'] as const) {
      house.clock.advance(60)
      outcomes.push((await house[act](id)).outcome)
    }
    expect(outcomes).toEqual(['done', 'unchanged', 'done', 'unchanged', 'done', 'done', 'done'])
    expect(await history(house)).toEqual(
      ['confirm', 'unconfirm', 'confirm', 'unconfirm', 'confirm'].map((action, i) => ({
        seq: i + 1,
        action,
        version: 1,
        document_number: '1140018806',
        actor: ACTOR,
      })),
    )
    expect((await trail(house)).filter((action) => action.startsWith('certificate-c'))).toHaveLength(3)
    expect((await trail(house)).filter((action) => action === 'certificate-unconfirmed')).toHaveLength(2)
  })

  test('release the file and take it back, but what was downloaded stays valid (E9, E11, E12, E72)', async () => {
    const house = await openHouse()
    const id = await issued(house)
    const file = await house.file(id)
    const offered = async () => downloadableVersion(await house.app.reading.certificates.facts(id))
    const reason = async () => (await house.verify(file)).reason
    expect([await offered(), await reason()]).toEqual([null, 'unconfirmed'])
    await house.confirm(id)
    expect([await offered(), await reason()]).toEqual([1, 'current'])
    await house.unconfirm(id)
    expect([await offered(), await reason()]).toEqual([null, 'current'])
  })

  test('the day of the first confirmation stays when it is confirmed again', async () => {
    const house = await openHouse()
    const id = await issued(house)
    await house.confirm(id)
    const [first] = await house.rows('select first_confirmed_at from certificate_versions')
    house.clock.advance(3600)
    await house.unconfirm(id)
    await house.confirm(id)
    expect(await house.rows('select first_confirmed_at from certificate_versions')).toEqual([first])
  })

  test('ten confirmations at the same time are one', async () => {
    const house = await openHouse()
    const id = await issued(house)
    const results = await Promise.all(Array.from({ length: 10 }, () => house.confirm(id)))
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(1)
    expect(await history(house)).toHaveLength(1)
  })
})

describe('are refused', () => {
  test('while the certificate is revoked, and leave no history (E51)', async () => {
    const house = await openHouse()
    const id = await issued(house)
    await house.confirm(id)
    await house.revoke('professor')
    expect(await refusalOf(house.confirm(id))).toMatch(/CONFLICT.*教字第149903號 已撤銷，不能確認/)
    expect(await refusalOf(house.unconfirm(id))).toMatch(/CONFLICT.*已撤銷，不能取消確認/)
    expect(await history(house)).toHaveLength(1)
  })

  test('取消確認 of what was never confirmed', async () => {
    const house = await openHouse()
    expect(await refusalOf(house.unconfirm(await issued(house)))).toMatch(/CONFLICT.*尚未確認/)
  })

  test('確認 of a case that has no electronic certificate', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue({ supportsElectronic: false })
    expect(await refusalOf(house.confirm(certificate.id))).toMatch(/CONFLICT.*沒有可以確認/)
  })

  test('what nobody knows is not found', async () => {
    const house = await openHouse()
    expect(await refusalOf(house.confirm('nobody'))).toMatch(/^NOT_FOUND/)
  })
})

describe('with a replacement waiting (E30)', () => {
  test('取消確認 leaves the waiting version as it is; 確認 then releases the newest', async () => {
    const house = await openHouse()
    const id = await issued(house)
    await house.confirm(id)
    await house.reissue(id, { 姓名: '林坤煊' }, 'data-changed')
    const state = async () => certificateState(await house.app.reading.certificates.facts(id))
    expect(await state()).toBe('replacement-pending')
    expect(await house.unconfirm(id)).toMatchObject({ outcome: 'done', version: 1 })
    expect(await state()).toBe('replacement-pending')
    expect((await house.verify(await house.file(id, 2))).reason).toBe('unconfirmed')
    expect(await house.confirm(id)).toMatchObject({ outcome: 'done', version: 2 })
    expect(await state()).toBe('confirmed')
  })
})

describe('the list of a document number (E2, E3)', () => {
  test('has only what is 審定通過 and 支援電子證書', async () => {
    const house = await openHouse()
    await house.issue({ number: '1' })
    await house.issue({ number: '2', supportsElectronic: false })
    await house.issue({ number: '3', result: '審定不通過' })
    await house.issue({ number: '4', documentNumber: '1140018807' })
    const { found, missing } = await findForConfirmation('1140018806', [], house.app.transactions)
    expect([found.map(({ number }) => number), missing]).toEqual([['1'], []])
  })

  test('tells which of the chosen certificates it does not have, each once', async () => {
    const house = await openHouse()
    await house.issue({ number: '1' })
    await house.issue({ number: '2', supportsElectronic: false })
    const numbers = ['教字第1號', '教字第2號', '教字第9號', '教字第9號', '1']
    const { found, missing } = await findForConfirmation('1140018806', numbers, house.app.transactions)
    expect([found.map(({ number }) => number), missing]).toEqual([['1'], ['教字第2號', '教字第9號', '1']])
  })
})
