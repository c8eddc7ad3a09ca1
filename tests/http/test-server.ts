import type { FastifyInstance } from 'fastify'
import { buildServer, type ServerOptions } from '../../src/http/server.ts'
import { AppError } from '../../src/shared/app-error.ts'
import { exampleResult } from '../../src/verification/verification-examples.ts'
import type { Verification } from '../../src/verification/verification-port.ts'
import { REASON_OUTCOMES, type Reason, type VerificationResult } from '../../src/verification/verification-result.ts'

/** Tokens of the register below, by what stands behind them. */
export const TOKENS = {
  current: '0CVRRENT000000000000000000',
  superseded: '1SVPERSEDED000000000000000',
  revoked: '2REVKED0000000000000000000',
  unconfirmed: '3VNCNFRMED0000000000000000',
  unavailable: '4DWN0000000000000000000000',
  unknown: '5NKNWN00000000000000000000',
} as const

export type Asked = { files: number; bytes: number; fingerprints: string[]; tokens: string[] }

/** A register made by hand: the first line of a file says the reason it is to get; `down` that nothing answers. */
export function handMadeVerification(
  asked: Asked = { files: 0, bytes: 0, fingerprints: [], tokens: [] },
): Verification {
  return {
    async verifyFile(bytes) {
      asked.files += 1
      asked.bytes = bytes.length
      const [first = ''] = bytes.toString('latin1', 0, 64).split('\n')
      if (first === 'down') throw new AppError('UNAVAILABLE', 'sqlite: disk I/O error', { path: '/srv/secret' })
      if (first === 'broken') throw new Error('a secret of the house')
      return exampleResult(Object.hasOwn(REASON_OUTCOMES, first) ? (first as Reason) : 'unknown')
    },
    async verifyFingerprint(sha256) {
      asked.fingerprints.push(sha256)
      if (sha256.startsWith('dddd')) throw new AppError('UNAVAILABLE', 'no register')
      return { ...exampleResult(sha256.startsWith('0') ? 'current' : 'unknown'), fingerprint: sha256 }
    },
    async findByToken(token) {
      asked.tokens.push(token)
      if (token === TOKENS.unavailable) throw new AppError('UNAVAILABLE', 'no register')
      const reason = (['current', 'superseded', 'revoked', 'unconfirmed'] as const).find((one) => TOKENS[one] === token)
      return reason && withNameThatMustNotShow(exampleResult(reason))
    },
  }
}

/** As if a careless caller had added a name: it must not get through (E31, E68). */
function withNameThatMustNotShow(result: VerificationResult): VerificationResult {
  return { ...result, certificate: { ...result.certificate!, holder: '凌網老師' } as VerificationResult['certificate'] }
}

export function testServer(options: Partial<ServerOptions> = {}): Promise<FastifyInstance> {
  return buildServer({
    verification: handMadeVerification(),
    ready: async () => ({ register: true }),
    rateLimit: 0,
    publicUrl: 'http://dcert.test',
    demo: false,
    logger: false,
    ...options,
  })
}
