import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issued, ROOT_PEM, spoilt } from './demo-files.ts'
import { run, runWell } from './tools.ts'

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
  const { code, stderr } = await opensslVerify(file, readFileSync(path), ROOT_PEM)
  expect(stderr).toMatch(/CMS Verification successful/i)
  expect(code).toBe(0)
})

test.each(issued.slice(0, 1))('openssl refuses $file under another root', async ({ file, path }) => {
  const { code, stderr } = await opensslVerify(file, readFileSync(path), join(work, 'other.pem'))
  expect(stderr).toMatch(/unable to get local issuer certificate/i)
  expect(code).not.toBe(0)
})

test.each(issued)('openssl refuses $file with one bit of its data altered', async ({ file, path }) => {
  const bytes = readFileSync(path)
  const at = bytes.indexOf('dcert-certificate/1')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  const { code, stderr } = await opensslVerify(file, bytes, ROOT_PEM)
  expect(stderr).toMatch(/digest|verification failure/i)
  expect(code).not.toBe(0)
})

test.each(spoilt)('pdfsig does not find $file valid', async ({ path }) => {
  const { text } = await run('pdfsig', ['-nocert', path])
  expect(text).not.toContain('Signature is Valid')
})

async function opensslVerify(file: string, pdf: Buffer, root: string) {
  const { signed, cms } = takeApart(pdf)
  const [content, signature] = [join(work, `${file}.content`), join(work, `${file}.der`)]
  writeFileSync(content, signed)
  writeFileSync(signature, cms)
  const trust = ['-CAfile', root, '-no-CApath', '-no-CAstore', '-purpose', 'any']
  const input = ['-binary', '-inform', 'DER', '-in', signature, '-content', content, '-out', '/dev/null']
  return run('openssl', ['cms', '-verify', ...trust, ...input])
}

/** The signed bytes and the signature, found by looking for the words; the ByteRange must leave out only Contents. */
function takeApart(pdf: Buffer): { signed: Buffer; cms: Buffer } {
  const text = pdf.toString('latin1')
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]/g)]
  expect(ranges).toHaveLength(1)
  const [from = -1, firstLength = 0, second = 0, secondLength = 0] = (ranges[0] ?? []).slice(1).map(Number)
  expect([from, second + secondLength]).toEqual([0, pdf.length])
  const contents = text.slice(firstLength, second)
  expect(contents).toMatch(/^<[0-9a-fA-F]+>$/)
  expect(text.slice(firstLength - 9, firstLength)).toBe('/Contents')
  const der = Buffer.from(contents.slice(1, -1), 'hex')
  const long = (der[1] ?? 0) & 0x7f
  return {
    signed: Buffer.concat([pdf.subarray(0, firstLength), pdf.subarray(second)]),
    cms: der.subarray(0, 2 + long + der.readUIntBE(2, long)),
  }
}
