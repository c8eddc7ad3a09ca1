import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
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

/** Lets multipart requests come to their handlers unread. */
export function takeUploads(app: FastifyInstance): void {
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null))
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

function refuseUnread({ headers }: FastifyRequest): void {
  if (!/^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new HttpError('unsupported-media-type')
  if (Number(headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES) throw tooLargeToRead()
}

function tooLargeToRead(): HttpError {
  return new HttpError('too-large', { headers: { connection: 'close' } })
}

function unreadable(cause: unknown): HttpError {
  return new HttpError('invalid-request', { headers: { connection: 'close' }, cause })
}

/** Reads all parts to their end, whatever is wrong with one: an answer amid an upload is lost on most clients. */
async function readOnlyFile(request: FastifyRequest, budget: UploadBudget, held: { bytes: number }): Promise<Buffer> {
  let file: Buffer | undefined
  let wrong: ProblemName | undefined
  for (const part of await readParts(request, budget, held)) {
    // A form sent without choosing a file has a part with no name and no content.
    if (part.field === 'file' && part.length === 0 && !part.filename) continue
    if (part.field !== 'file') wrong ??= 'no-file'
    else if (file !== undefined) wrong ??= 'several-files'
    else if (part.length > MAX_FILE_BYTES) wrong ??= 'too-large'
    else if (part.busy) wrong ??= 'busy'
    else file = Buffer.concat(part.chunks)
  }
  if (wrong) throw new HttpError(wrong, wrong === 'busy' ? { headers: { 'retry-after': '5' } } : {})
  if (file === undefined) throw new HttpError('no-file')
  if (file.length === 0) throw new HttpError('empty-file')
  return file
}

const LIMITS = { fileSize: MAX_DISCARDED_BYTES, files: 3, fields: 10, parts: 12, fieldSize: 1024, headerPairs: 20 }

type FilePart = {
  readonly field: string | undefined
  readonly filename: string | undefined
  length: number
  /** there was no room for it in memory */
  busy: boolean
  chunks: Buffer[]
}

/**
 * The files of a form (RFC 7578). The parser is asked directly, without @fastify/multipart around it
 * (docs/decisions/0010-libraries.md).
 */
async function readParts(request: FastifyRequest, budget: UploadBudget, held: { bytes: number }): Promise<FilePart[]> {
  const form = openForm(request)
  const parts: FilePart[] = []
  const raw = request.raw
  try {
    await new Promise<void>((resolve, reject) => {
      form.on('file', (field, stream, filename) => {
        const part: FilePart = { field, filename, length: 0, busy: false, chunks: [] }
        parts.push(part)
        collect(stream, part, budget, held)
        stream.on('limit', () => reject(tooLargeToRead()))
        stream.on('error', reject)
      })
      form.on('filesLimit', () => reject(new HttpError('several-files', { headers: { connection: 'close' } })))
      form.on('fieldsLimit', () => reject(unreadable(new Error('too many fields'))))
      form.on('partsLimit', () => reject(unreadable(new Error('too many parts'))))
      form.on('error', reject)
      form.on('finish', resolve)
      raw.on('error', reject)
      raw.on('close', () => raw.complete || reject(new Error('the request was cut off')))
      raw.pipe(form)
    })
    return parts
  } catch (error) {
    // What still comes is thrown away until the answer has been sent, and takes no more room.
    form.removeAllListeners('file')
    for (const part of parts) part.busy = true
    raw.unpipe(form).resume()
    throw error instanceof HttpError ? error : unreadable(error)
  }
}

function openForm({ headers }: FastifyRequest): BusboyInstance {
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits: LIMITS, fileHwm: MAX_CHUNK })
  } catch (error) {
    throw unreadable(error)
  }
}

/** As a socket gives them, with room to spare: parsing need not stop between two. */
const MAX_CHUNK = 256 * 1024

function collect(stream: BusboyFileStream, part: FilePart, budget: UploadBudget, held: { bytes: number }): void {
  stream.on('data', (chunk: Buffer) => {
    part.length += chunk.length
    if (part.length > MAX_FILE_BYTES || part.busy || part.field !== 'file') part.chunks = []
    else if (budget.take(chunk.length)) {
      held.bytes += chunk.length
      part.chunks.push(chunk)
    } else part.busy = true
  })
}
