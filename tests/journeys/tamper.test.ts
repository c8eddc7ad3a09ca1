import { PDFDocument } from 'pdf-lib'
import { expect, test } from 'vitest'
import { openHouse } from '../support/house.ts'

/** Scenario 3 (E26, E32); what each reason says is tested with the verification. */
test('a file with one byte changed or added, saved again, or of a stranger fails, each for its reason', async () => {
  const house = await openHouse()
  const { certificate } = await house.issue()
  await house.confirm(certificate.id)
  const file = await house.file(certificate.id)
  const reasonOf = async (bytes: Uint8Array) => {
    const { outcome, reason, certificate } = await house.verify(Buffer.from(bytes))
    expect([outcome, certificate]).toEqual(['failure', null])
    return reason
  }
  expect(await reasonOf(Buffer.concat([file, Buffer.from('\n')]))).toBe('appended')
  const resaved = await PDFDocument.load(file, { updateMetadata: false })
  resaved.catalog.delete(resaved.context.obj('/AcroForm') as never)
  expect(['resaved', 'altered']).toContain(await reasonOf(await resaved.save()))
  expect(await reasonOf(Buffer.from('教育部教師證書'))).toBe('not-pdf')
  const stranger = await PDFDocument.create()
  stranger.addPage().drawText('Certificate')
  expect(await reasonOf(await stranger.save())).toBe('unknown')
  expect((await house.verify(file)).outcome).toBe('success')
})

test('whichever byte of a file is changed, it never verifies (E26)', async () => {
  const house = await openHouse()
  const { certificate } = await house.issue()
  await house.confirm(certificate.id)
  const file = await house.file(certificate.id)
  const step = Math.floor(file.length / 25)
  for (let at = 3; at < file.length; at += step) {
    const changed = Buffer.from(file)
    changed[at] = changed[at]! ^ 1
    expect([at, (await house.verify(changed)).outcome]).toEqual([at, 'failure'])
  }
})
