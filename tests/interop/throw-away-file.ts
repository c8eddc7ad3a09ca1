import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CertificateContent } from '../../src/certificates/certificate-content.ts'
import { deflatePiece } from '../../src/certificates/fonts/deflate-pieces.ts'
import type { FontChain } from '../../src/certificates/fonts/font-chain.ts'
import { type Fonts, loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import { fileMaker, type MadeFile } from '../../src/certificates/make-file.ts'
import { cmsSigner } from '../../src/signing/cms.ts'
import { readKeystore } from '../../src/signing/read-keystore.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import { demo, issued, ROOT_PEM } from './demo-files.ts'
import { runWell } from './tools.ts'

/** The content of an issued file, from its attachment. */
export async function contentOf(path: string): Promise<CertificateContent> {
  const { text } = await runWell('qpdf', ['--show-attachment=dcert-certificate.json', path])
  const { issuer, kind, language, version, mark, minister, address, composedAt, ...rest } = JSON.parse(text)
  const [, number] = /字第(\d+)號$/.exec(rest.number) ?? []
  const token = address.slice(-26)
  return { issuer, kind, language, version, mark, minister, address, composedAt, token, case: { ...rest, number } }
}

/** Signs the first certificate of the sample again, with nothing drawn for one character. */
export async function makeWithEmptyGlyph(character: string): Promise<MadeFile> {
  const file = issued.find(({ number, language }) => number === '教字第142195號' && language === 'zh-TW')
  if (file === undefined) throw new Error('the demo issued no 教字第142195號')
  const keys = join(demo.environment.DCERT_DATA_DIR ?? '', 'keys')
  const paths = { keystore: join(keys, 'keystore.p12'), passwordFile: join(keys, 'keystore-password') }
  const { signer, certificate } = await readKeystore(paths, new Date())
  const maker = fileMaker({
    fonts: withEmptyGlyph(loadFonts('/nowhere'), character),
    cms: cmsSigner(signer),
    trust: trustAnchors([readFileSync(ROOT_PEM, 'utf8')]),
    signerSha256: createHash('sha256').update(certificate.raw).digest('hex'),
    verifyAddress: `${demo.publicUrl}/verify`,
  })
  return maker.make(await contentOf(file.path), 'v1')
}

function withEmptyGlyph(fonts: Fonts, character: string): Fonts {
  const spoil = (chain: FontChain): FontChain => ({
    ...chain,
    locate(codePoint) {
      const placed = chain.locate(codePoint)
      if (placed === undefined || codePoint !== character.codePointAt(0)) return placed
      const outline = { ...placed.glyph.outline, ...deflatePiece(Buffer.alloc(0)), sum: 0 }
      return { face: placed.face, glyph: { ...placed.glyph, outline } }
    },
  })
  return { ...fonts, styles: { kai: fonts.styles.kai.map(spoil), latin: fonts.styles.latin.map(spoil) } }
}
