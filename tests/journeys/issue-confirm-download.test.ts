import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readCases } from '../../src/approvals/read-cases.ts'
import { certificateState, downloadableVersion } from '../../src/certificates/certificate-status.ts'
import { findForConfirmation } from '../../src/certificates/confirm-certificate.ts'
import { openHouse } from '../support/house.ts'

const SAMPLE = new URL('../../templates/certificates/college-teacher/sample-cases.csv', import.meta.url)

/** Scenario 1, as far as it needs no login (E1–E9, E19–E25). */
test('a document with two electronic cases and one on paper: confirmed, downloaded twice alike, verified', async () => {
  const house = await openHouse()
  const { cases } = readCases(readFileSync(SAMPLE), 'csv', { today: '2026-08-03' })
  for (const { case: one } of cases) if (one.documentNumber === '1120999995') await house.issue(one)

  const { found } = await findForConfirmation('1120999995', [], house.app.transactions)
  expect(found.map(({ number }) => number)).toEqual(['142195', '143626'])
  const states = () => Promise.all(found.map(({ id }) => house.app.reading.certificates.facts(id)))
  expect((await states()).map(certificateState)).toEqual(['never-confirmed', 'never-confirmed'])
  for (const { id } of found) expect((await house.verify(await house.file(id))).outcome).toBe('failure')

  for (const { id } of found) await house.confirm(id)
  expect((await states()).map(certificateState)).toEqual(['confirmed', 'confirmed'])
  expect((await states()).map(downloadableVersion)).toEqual([1, 1])
  for (const { id, number } of found) {
    const [once, twice] = [await house.file(id), await house.file(id)]
    expect(once.equals(twice)).toBe(true)
    const result = await house.verify(once)
    expect(result).toMatchObject({
      outcome: 'success',
      reason: 'current',
      certificate: { version: 1, currentVersion: 1 },
    })
    expect(result.certificate?.number).toContain(number)
    expect(result.message['zh-TW']).toBe('電子證書符合教育部發證內容')
    expect(JSON.stringify(result)).not.toMatch(/凌網老師|L1200/)
  }
})
