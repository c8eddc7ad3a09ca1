import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { loadFonts } from '../../src/certificates/fonts/load-fonts.ts'
import type { IssuingObserver } from '../../src/certificates/issuing-observer.ts'
import { type FileMaker, fileMaker } from '../../src/certificates/make-file.ts'
import { cmsSigner } from '../../src/signing/cms.ts'
import { initDevelopmentPki } from '../../src/signing/development-pki.ts'
import { readKeystore } from '../../src/signing/read-keystore.ts'
import { trustAnchors } from '../../src/verification/trust.ts'
import { VERIFY_ADDRESS } from './contents.ts'

/** Makes an RSA-2048 development PKI in a directory; its keys are a minute old, so that they are valid. */
export function benchPki(directory: string) {
  return initDevelopmentPki({ directory, algorithm: 'rsa-2048', now: new Date(Date.now() - 60_000) })
}

/** dcert's own way of making a file, with the shipped fonts and the keys of a PKI. */
export async function openMaker(pki: Awaited<ReturnType<typeof benchPki>>) {
  const { signer, certificate } = await readKeystore(pki, new Date())
  const trust = trustAnchors([readFileSync(pki.root)])
  const tools = {
    fonts: loadFonts(undefined),
    cms: cmsSigner(signer),
    trust,
    signerSha256: createHash('sha256').update(certificate.raw).digest('hex'),
    verifyAddress: VERIFY_ADDRESS,
  }
  const observed = (observer: IssuingObserver): FileMaker => fileMaker({ ...tools, observer })
  return { signer, trust, maker: fileMaker(tools), observed }
}
