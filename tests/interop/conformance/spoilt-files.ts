import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { flagsOf } from '../../../src/certificates/certificate-content.ts'
import { composeCertificate } from '../../../src/certificates/compose-certificate.ts'
import { type Fonts, loadFonts } from '../../../src/certificates/fonts/load-fonts.ts'
import { compileTemplate } from '../../../src/certificates/template/compile-template.ts'
import { loadTemplate } from '../../../src/certificates/template/load-template.ts'
import { cmsSigner } from '../../../src/signing/cms.ts'
import { signPdf } from '../../../src/signing/pades.ts'
import { readKeystore } from '../../../src/signing/read-keystore.ts'
import { contentOf } from '../throw-away-file.ts'
import type { IssuingHouse, JudgedFile } from './issue-files.ts'
import { inTools, type Judge } from './judges.ts'

/** A file that is not right, and what the judges that must see it say among other words: so each is shown to bite. */
export type Control = {
  readonly title: string
  readonly refusedBy: Partial<Record<Judge, string>>
  make(file: JudgedFile, house: IssuingHouse, other: IssuingHouse): Promise<JudgedFile>
}

export const CONTROLS: readonly Control[] = [
  {
    title: 'one bit of the data altered',
    refusedBy: {
      pyHanko: 'AdES HASH_FAILURE',
      'EU DSS': 'TOTAL_FAILED/HASH_FAILURE',
      'EU DSS with CRLs': 'TOTAL_FAILED/HASH_FAILURE',
      pdfsig: 'Digest Mismatch.',
      openssl: 'content verify error',
    },
    make: async (file) =>
      write(file, 'altered', (bytes) => {
        const at = bytes.indexOf('dcert-certificate/1')
        bytes[at] = (bytes[at] ?? 0) ^ 1
      }),
  },
  {
    title: 'a revision appended that turns the page round',
    refusedBy: {
      pyHanko: 'ILLEGAL_MODIFICATIONS',
      'EU DSS': 'Visual difference is detected on page(s) [1]',
      'EU DSS with CRLs': 'Document contains changes restricted by /DocMDP dictionary!',
      pdfsig: 'Not total document signed',
    },
    make: async (file) => {
      const path = file.path.replace(/pdf$/, 'appended.pdf')
      const script = `${import.meta.dirname}/../judges/append_revision.py`
      await promisify(execFile)(inTools('python/bin/python'), [script, file.path, path])
      return { ...file, path }
    },
  },
  {
    title: 'judged under the root of another key',
    refusedBy: {
      pyHanko: 'AdES NO_CERTIFICATE_CHAIN_FOUND',
      'EU DSS': 'INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND',
      'EU DSS with CRLs': 'INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND',
      openssl: 'certificate verify error',
    },
    make: async (file, _, other) => {
      const judged = write(file, 'elsewhere', () => undefined)
      return { ...judged, root: other.keystore.keystore.replace(/keystore\.p12$/, 'root.pem') }
    },
  },
  {
    title: 'signed, not certified: Perms left out',
    refusedBy: { pyHanko: 'not certified' },
    make: (file, house) => signOtherwise(file, house, 'uncertified', '/Perms <<', '/Parms <<'),
  },
  {
    title: 'signed, without pdfaid:part in the XMP',
    refusedBy: { veraPDF: 'isCompliant=false; failed [6.6.4 test 2]' },
    make: (file, house) => signOtherwise(file, house, 'no-part', '<pdfaid:part>3</pdfaid:part>', ' '.repeat(28)),
  },
  {
    title: 'signed, with cross-references that lead nowhere',
    refusedBy: { qpdf: 'Attempting to reconstruct cross-reference table' },
    make: (file, house) => signOtherwise(file, house, 'no-xref', /0000000015 00000 n /, '0000000016 00000 n '),
  },
]

let fonts: Fonts | undefined

function write(file: JudgedFile, how: string, change: (bytes: Buffer) => void): JudgedFile {
  const bytes = readFileSync(file.path)
  change(bytes)
  const path = file.path.replace(/pdf$/, `${how}.pdf`)
  writeFileSync(path, bytes)
  return { ...file, path }
}

/**
 * Composes the file again, puts other bytes in one place, and signs that with the keys of the house.
 * @throws Error when the place is not there once, or what is put there is longer or shorter
 */
async function signOtherwise(
  file: JudgedFile,
  { keystore }: IssuingHouse,
  how: string,
  was: string | RegExp,
  is: string,
): Promise<JudgedFile> {
  const { signer } = await readKeystore(keystore, new Date())
  const cms = cmsSigner(signer)
  const content = await contentOf(file.path)
  fonts ??= loadFonts('/nowhere')
  const template = loadTemplate(content.kind, 'v1', content.language)
  const values = { verifyAddress: content.address.replace(/\/c\/\w+$/, '/verify') }
  const compiled = compileTemplate(template, fonts, flagsOf(content), values)
  const { bytes, placeholder } = composeCertificate(content, compiled, fonts, cms.largest)
  const text = bytes.toString('latin1')
  const parts = text.split(was)
  const changed = parts.join(is)
  if (parts.length !== 2 || changed.length !== text.length) throw new Error(`${was} cannot be made ${is}`)
  const path = file.path.replace(/pdf$/, `${how}.pdf`)
  writeFileSync(path, signPdf({ bytes: Buffer.from(changed, 'latin1'), placeholder }, cms))
  return { ...file, path }
}
