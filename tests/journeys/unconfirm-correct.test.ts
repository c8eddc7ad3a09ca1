import { expect, test } from 'vitest'
import { downloadableVersion } from '../../src/certificates/certificate-status.ts'
import { openHouse } from '../support/house.ts'

/** Scenario 2 (E11–E13, E29, E30). */
test('after 取消確認 the first file stays good; once the corrected one is confirmed it is outdated', async () => {
  const house = await openHouse()
  const { certificate } = await house.issue()
  const offered = async () => downloadableVersion(await house.app.reading.certificates.facts(certificate.id))
  await house.confirm(certificate.id)
  const first = await house.file(certificate.id)

  await house.unconfirm(certificate.id)
  expect(await offered()).toBeNull()
  expect((await house.verify(first)).outcome).toBe('success')

  await house.reissue(certificate.id, { 姓名: '林坤煊' })
  expect(await offered()).toBeNull()
  expect((await house.verify(first)).outcome).toBe('success')

  await house.confirm(certificate.id)
  expect(await offered()).toBe(2)
  expect((await house.verify(await house.file(certificate.id, 2))).outcome).toBe('success')
  const outdated = await house.verify(first)
  expect(outdated).toMatchObject({ outcome: 'warning', certificate: { version: 1, currentVersion: 2 } })
  expect(outdated.message['zh-TW']).toBe('電子證書已非最新版本，請向教育部發證單位確認')
})
