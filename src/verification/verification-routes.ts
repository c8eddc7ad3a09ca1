import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { HttpError } from '../http/http-error.ts'
import { addPreflight, allowAnyOrigin } from '../http/security.ts'
import { certificatePage } from './certificate-page.ts'
import { MAX_FILE_BYTES, takeUploads, withUpload } from './read-upload.ts'
import { ProblemReply, problemResponses, resultResponse, VerificationReply } from './reply-schemas.ts'
import type { VerificationRoutesOptions } from './routes-options.ts'

const FILE = '/api/v1/verifications'
const FINGERPRINT = '/api/v1/verifications/fingerprint'
const tags = ['verification']

/** The public doors of verification for programs, and where a QR code leads. No session, no cookie. */
export async function verificationRoutes(instance: FastifyInstance, options: VerificationRoutesOptions): Promise<void> {
  const { verification, limit, uploads } = options
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  takeUploads(app)
  app.addSchema(VerificationReply)
  app.addSchema(ProblemReply)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  const asked = { onRequest: [allowAnyOrigin, limit] }
  addPreflight(app, FILE, 'POST')
  addPreflight(app, FINGERPRINT, 'POST')

  app.post(FILE, { ...asked, schema: FILE_SCHEMA, config: { swaggerTransform: describeUpload } }, async (request) =>
    withUpload(request, uploads, (bytes) => verification.verifyFile(bytes)),
  )

  app.post(FINGERPRINT, { ...asked, schema: FINGERPRINT_SCHEMA }, async (request) => {
    if (!/^[0-9a-f]{64}$/i.test(request.body.sha256)) {
      throw new HttpError('invalid-request', { detail: 'sha256 must be exactly 64 hexadecimal digits.' })
    }
    return verification.verifyFingerprint(request.body.sha256.toLowerCase())
  })

  await app.register(certificatePage, options)
}

const FILE_SCHEMA = {
  tags,
  operationId: 'verifyFile',
  summary: 'Verify a file',
  description:
    'Takes exactly one file, in the multipart field `file`, of 1 to 10,485,760 bytes (10 MiB). Whatever can be received gets an outcome, also a file that is no PDF. The file is not kept.',
  response: {
    200: resultResponse,
    ...problemResponses([
      'no-file',
      'empty-file',
      'several-files',
      'invalid-request',
      'too-large',
      'unsupported-media-type',
      'too-many-requests',
      'internal-error',
      'register-unavailable',
      'busy',
    ]),
  },
}

const FILE_BODY = {
  type: 'object',
  required: ['file'],
  properties: {
    file: {
      type: 'string',
      contentMediaType: 'application/pdf',
      format: 'binary',
      description: `the PDF as downloaded, at most ${MAX_FILE_BYTES} bytes`,
    },
  },
}

/** The body is read by hand, part by part; only the description has a schema of it. */
function describeUpload({ schema, url }: { schema: object; url: string }) {
  return { url, schema: { ...schema, consumes: ['multipart/form-data'], body: FILE_BODY } }
}

const FINGERPRINT_SCHEMA = {
  tags,
  operationId: 'verifyFingerprint',
  summary: 'Verify a fingerprint',
  description:
    'Looks up the SHA-256 of a file that was computed elsewhere. There is no file to look at, so the answer trusts the register alone; one that is not known is `unknown`.',
  body: Type.Object({
    sha256: Type.String({
      description: 'exactly 64 hexadecimal digits, in upper or lower case',
      pattern: '^[0-9A-Fa-f]{64}$',
      examples: ['3f0a377ba0a4a460ecb616f6507ce0d8cfa3e704025d4fda3ed0c5ca05468728'],
    }),
  }),
  response: {
    200: resultResponse,
    ...problemResponses([
      'invalid-request',
      'too-large',
      'unsupported-media-type',
      'too-many-requests',
      'internal-error',
      'register-unavailable',
    ]),
  },
}
