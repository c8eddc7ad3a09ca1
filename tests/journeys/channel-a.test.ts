import { expect, test } from 'vitest'
import { downloadableVersion } from '../../src/certificates/certificate-status.ts'
import { confirmCertificate, findForConfirmation } from '../../src/certificates/confirm-certificate.ts'
import { ACTOR, approvedCase, openHouse, REPLY } from '../support/house.ts'

/** Scenario 4 (E30, E38): the school finds the replacement under the original document number, not under the reply. */
test('a name change by the original school takes effect when that school has confirmed it', async () => {
  const house = await openHouse()
  const { certificate } = await house.issue()
  await house.confirm(certificate.id)
  const old = await house.file(certificate.id)
  await house.reissue(certificate.id, { 姓名: '林坤煊' }, 'data-changed')
  const offered = async () => downloadableVersion(await house.app.reading.certificates.facts(certificate.id))
  expect(await offered()).toBe(1)
  expect((await house.verify(old)).outcome).toBe('success')
  expect((await house.verify(await house.file(certificate.id, 2))).reason).toBe('unconfirmed')

  expect((await findForConfirmation(REPLY, [], house.app.transactions)).found).toEqual([])
  const { found } = await findForConfirmation(approvedCase().documentNumber, [], house.app.transactions)
  for (const { id } of found) await confirmCertificate(id, ACTOR, house.app)
  expect(await offered()).toBe(2)
  expect((await house.verify(old)).outcome).toBe('warning')
  const replacement = await house.file(certificate.id, 2)
  expect((await house.verify(replacement)).outcome).toBe('success')
  expect(replacement.toString('utf8')).toContain('"mark":"replacement"')
})
