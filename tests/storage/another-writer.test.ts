import { describe, expect, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { verificationCountStore } from '../../src/statistics/verification-count-store.ts'
import { transactions } from '../../src/storage/transactions.ts'
import { exampleResult } from '../../src/verification/verification-examples.ts'
import { type House, openHouse } from '../support/house.ts'
import { KIND, openUntilEnd } from '../support/register.ts'

/** Somebody else in the middle of a transaction, until the test has ended. */
async function anotherWriter(house: House): Promise<void> {
  const db = openUntilEnd(house.app.config.databaseUrl, { readOnly: false })
  const { promise, resolve } = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const writing = transactions(db).run(() => {
    begun.resolve()
    return promise
  })
  onTestFinished(() => {
    resolve()
    return writing
  })
  await begun.promise
}

describe('while another process writes', () => {
  test('opening the register and verifying go on (E64)', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const file = await house.file(certificate.id)
    await anotherWriter(house)
    const second = await openApp(house.app.config, house.app.clock)
    onTestFinished(() => second.close())
    expect((await second.verification().verifyFile(file)).reason).toBe('current')
  })

  test('a change is refused in the end, with words that say why, and nothing is done', async () => {
    const house = await openHouse()
    await anotherWriter(house)
    const impatient = openUntilEnd(house.app.config.databaseUrl, { readOnly: false, patience: 20 })
    const change = () => transactions(impatient).run((stores) => stores.persons.getOrCreate('A123456789'))
    const refusal = { code: 'BUSY', userMessage: expect.stringContaining('沒有任何變更') }
    // More often than there are connections: a refusal gives its connection back.
    for (let i = 0; i < 6; i++) await expect(change()).rejects.toMatchObject(refusal)
    expect(await house.rows('select * from persons')).toEqual([])
  })

  test.runIf(KIND === 'postgres')('counts of verifications are kept: they need no order among writers', async () => {
    const house = await openHouse()
    await anotherWriter(house)
    const counts = verificationCountStore(openUntilEnd(house.app.config.databaseUrl, { readOnly: false, patience: 0 }))
    counts.count(exampleResult('current'))
    await counts.flush()
    expect(await house.rows('select count from verification_counts')).toEqual([{ count: 1 }])
  })
})

test.runIf(KIND === 'postgres')(
  'changes at once come one after the other: each sees what the one before has done',
  async () => {
    const house = await openHouse()
    const db = openUntilEnd(house.app.config.databaseUrl, { readOnly: false })
    const getOrCreate = () => transactions(db).run((stores) => stores.persons.getOrCreate('A123456789'))
    const ids = await Promise.all(Array.from({ length: 20 }, getOrCreate))
    expect(new Set(ids).size).toBe(1)
    expect(await house.rows('select * from persons')).toHaveLength(1)
  },
)
