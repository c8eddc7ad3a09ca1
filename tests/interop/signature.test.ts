import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issued, ROOT_PEM, spoilt } from './demo-files.ts'
import { opensslVerify, takeApart } from './openssl-verify.ts'
import { run, runWell, type ToolAnswer } from './tools.ts'

let work: string

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'dcert-signature-'))
  const subject = ['-subj', '/CN=another root', '-days', '2', '-nodes', '-newkey', 'rsa:2048']
  await runWell('openssl', ['req', '-x509', ...subject, '-keyout', join(work, 'key'), '-out', join(work, 'other.pem')])
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

test.each(issued)('pdfsig finds the one signature of $file valid, and the whole document signed', async ({ path }) => {
  const { text } = await runWell('pdfsig', ['-nocert', path])
  expect(text.match(/^Signature #/gm)).toHaveLength(1)
  expect(text).toContain('  - Signature Type: ETSI.CAdES.detached\n')
  expect(text).toContain('  - Signature Validation: Signature is Valid.\n')
  expect(text).toContain('  - Total document signed\n')
})

test.each(issued)('openssl verifies the signature of $file up to the root', async ({ file, path }) => {
  const { code, stderr } = await verify(file, readFileSync(path), ROOT_PEM)
  expect(stderr).toMatch(/CMS Verification successful/i)
  expect(code).toBe(0)
})

test.each(issued.slice(0, 1))('openssl refuses $file under another root', async ({ file, path }) => {
  const { code, stderr } = await verify(file, readFileSync(path), join(work, 'other.pem'))
  expect(stderr).toMatch(/unable to get local issuer certificate/i)
  expect(code).not.toBe(0)
})

test.each(issued)('openssl refuses $file with one bit of its data altered', async ({ file, path }) => {
  const bytes = readFileSync(path)
  const at = bytes.indexOf('dcert-certificate/1')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  const { code, stderr } = await verify(file, bytes, ROOT_PEM)
  expect(stderr).toMatch(/digest|verification failure/i)
  expect(code).not.toBe(0)
})

test.each(spoilt)('pdfsig does not find $file valid', async ({ path }) => {
  const { text } = await run('pdfsig', ['-nocert', path])
  expect(text).not.toContain('Signature is Valid')
})

/** openssl's answer about a file whose one ByteRange leaves out only Contents. */
async function verify(file: string, pdf: Buffer, root: string): Promise<ToolAnswer> {
  const { byteRanges, contents } = takeApart(pdf)
  expect(byteRanges).toHaveLength(1)
  const [from, firstLength = 0, second = 0, secondLength = 0] = byteRanges[0] ?? []
  expect([from, second + secondLength]).toEqual([0, pdf.length])
  expect(contents).toMatch(/^<[0-9a-fA-F]+>$/)
  expect(pdf.toString('latin1', firstLength - 9, firstLength)).toBe('/Contents')
  return opensslVerify(pdf, root, join(work, file))
}
