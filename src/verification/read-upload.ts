import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { HttpError } from '../http/http-error.ts'
import type { ProblemName } from '../http/problem-texts.ts'

/** E32: 10 MiB. */
export const MAX_FILE_BYTES = 10_485_760

/** What is too large is read on and thrown away up to here, so that a browser gets to see the answer. */
const MAX_DISCARDED_BYTES = 4 * MAX_FILE_BYTES

/** Bytes of all uploads that may lie in memory at the same time. */
export type UploadBudget = { take(bytes: number): boolean; giveBack(bytes: number): void }

export function uploadBudget(limit: number): UploadBudget {
  let taken = 0
  return {
    take(bytes) {
      if (taken + bytes > limit) return false
      taken += bytes
      return true
    },
    giveBack(bytes) {
      taken -= bytes
    },
  }
}

/**
 * Reads the one file of a multipart request into memory, hands it over and forgets it (E31): nothing goes to disk.
 * Slow uploads hold only what has arrived, so a few of them cannot keep others out.
 */
export async function withUpload<T>(
  request: FastifyRequest,
  budget: UploadBudget,
  use: (bytes: Buffer) => Promise<T>,
): Promise<T> {
  refuseUnread(request)
  const held = { bytes: 0 }
  try {
    return await use(await readOnlyFile(request, budget, held))
  } finally {
    budget.giveBack(held.bytes)
  }
}

function refuseUnread(request: FastifyRequest): void {
  if (!request.isMultipart()) throw new HttpError('unsupported-media-type')
  if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES) throw tooLargeToRead()
}

function tooLargeToRead(): HttpError {
  return new HttpError('too-large', { headers: { connection: 'close' } })
}

/** Reads all parts to their end, whatever is wrong with one: an answer amid an upload is lost on most clients. */
async function readOnlyFile(request: FastifyRequest, budget: UploadBudget, held: { bytes: number }): Promise<Buffer> {
  let file: Buffer | undefined
  let wrong: ProblemName | undefined
  try {
    for await (const part of request.parts({ limits: LIMITS })) {
      if (part.type !== 'file') continue
      const read = await readPart(part, budget, held)
      // A form sent without choosing a file has a part with no name and no content.
      if (part.fieldname === 'file' && Buffer.isBuffer(read) && read.length === 0 && !part.filename) continue
      if (part.fieldname !== 'file') wrong ??= 'no-file'
      else if (file !== undefined) wrong ??= 'several-files'
      else if (Buffer.isBuffer(read)) file = read
      else wrong ??= read
    }
  } catch (error) {
    throw error instanceof HttpError ? error : unreadable(error)
  }
  if (wrong) throw new HttpError(wrong, wrong === 'busy' ? { headers: { 'retry-after': '5' } } : {})
  if (file === undefined) throw new HttpError('no-file')
  if (file.length === 0) throw new HttpError('empty-file')
  return file
}

const LIMITS = { fileSize: MAX_DISCARDED_BYTES, files: 3, fields: 10, parts: 12, fieldSize: 1024, headerPairs: 20 }

async function readPart(
  part: MultipartFile,
  budget: UploadBudget,
  held: { bytes: number },
): Promise<Buffer | 'too-large' | 'busy'> {
  const wanted = part.fieldname === 'file'
  let chunks: Buffer[] = []
  let length = 0
  let busy = false
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_FILE_BYTES || busy || !wanted) {
      chunks = []
      continue
    }
    if (budget.take(chunk.length)) {
      held.bytes += chunk.length
      chunks.push(chunk)
    } else busy = true
  }
  if (part.file.truncated) throw tooLargeToRead()
  if (length > MAX_FILE_BYTES) return 'too-large'
  return busy ? 'busy' : Buffer.concat(chunks)
}

function unreadable(error: unknown): HttpError {
  const code = (error as { code?: string }).code
  if (code === 'FST_FILES_LIMIT') return new HttpError('several-files', { headers: { connection: 'close' } })
  return new HttpError('invalid-request', { headers: { connection: 'close' }, cause: error })
}
