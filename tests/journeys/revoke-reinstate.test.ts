import { expect, test } from 'vitest'
import { RANKS } from '../../src/approvals/approved-case.ts'
import { downloadableVersion } from '../../src/certificates/certificate-status.ts'
import { openHouse } from '../support/house.ts'

/** Scenario 7 (E49–E51, E56–E58). */
test('revoked from 副教授 upward: two fail and two stay; reinstated: all four original files succeed', async () => {
  const house = await openHouse()
  const ids: string[] = []
  for (const rank of RANKS) {
    const { certificate } = await house.issue({ rank })
    await house.confirm(certificate.id)
    ids.push(certificate.id)
  }
  const files = await Promise.all(ids.map((id) => house.file(id)))
  const outcomes = async () => Promise.all(files.map(async (file) => (await house.verify(file)).outcome))
  const offered = async () =>
    Promise.all(ids.map(async (id) => downloadableVersion(await house.app.reading.certificates.facts(id))))

  const { act } = await house.revoke('associate-professor')
  expect(await outcomes()).toEqual(['success', 'success', 'failure', 'failure'])
  expect(await offered()).toEqual([1, 1, null, null])
  expect(JSON.stringify(await house.verify(files[3]!))).not.toContain('1150000777')

  await house.reinstate(act!)
  expect(await outcomes()).toEqual(['success', 'success', 'success', 'success'])
  expect(await offered()).toEqual([1, 1, 1, 1])
  for (const [i, id] of ids.entries()) expect((await house.file(id)).equals(files[i]!)).toBe(true)
})
