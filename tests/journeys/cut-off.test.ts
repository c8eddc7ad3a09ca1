import { expect, test } from 'vitest'
import { readCases } from '../../src/approvals/read-cases.ts'
import { findForConfirmation } from '../../src/certificates/confirm-certificate.ts'
import { approvedCase, openHouse, refusalOf } from '../support/house.ts'

/** Scenario 6 (E40). */
test('issued 102-12-31 is paper and stays paper; issued 103-01-01 is electronic', async () => {
  const house = await openHouse()
  const row = (number: string, issuedOn: string) => ({
    ...approvedCase({ number }),
    issuedOn,
    supportsElectronic: null,
  })
  const file = Buffer.from(JSON.stringify([row('1', '102-12-31'), row('2', '103-01-01')]))
  const { cases } = readCases(file, 'json', { today: '2026-08-03' })
  const results = []
  for (const { case: one } of cases) results.push(await house.issue(one))
  expect(results.map(({ outcome }) => outcome)).toEqual(['without-certificate', 'issued'])

  const { found } = await findForConfirmation(approvedCase().documentNumber, [], house.app.transactions)
  expect(found.map(({ number }) => number)).toEqual(['2'])
  const [paper] = results
  for (const reason of ['correction', 'data-changed'] as const) {
    expect(await refusalOf(house.reissue(paper!.certificate.id, { 姓名: '林坤煊' }, reason))).toMatch(/紙本/)
  }
})
