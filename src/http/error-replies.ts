import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HttpError } from './http-error.ts'
import { sendProblem, toProblem } from './problem.ts'
import { PROBLEMS } from './problem-texts.ts'

/** One handler for what is thrown, one for what is not found; 405 where the address exists for another method. */
export function addErrorReplies(app: FastifyInstance, demo: boolean): void {
  const routes: { readonly pattern: RegExp; readonly method: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    for (const one of [method].flat()) routes.push({ pattern: patternOf(url), method: one })
  })

  app.setErrorHandler((error, request, reply) => {
    const found = toProblem(error)
    if (found.status >= 500) request.log.error({ err: error }, 'could not answer')
    return sendProblem(request, reply, found, demo)
  })

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
    const error =
      allowed.length === 0 || allowed.includes(request.method)
        ? new HttpError('not-found')
        : new HttpError('method-not-allowed', { headers: { allow: allowed.sort().join(', ') } })
    return sendProblem(request, reply, toProblem(error), demo)
  })
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((piece) => {
      if (piece.startsWith(':')) return '[^/]+'
      return piece === '*' ? '.*' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('/')
  return new RegExp(`^${source}$`)
}

/** An address the router cannot read (/%zz): the same words, and nothing of the address in answer or log. */
export function answerUnreadableAddress(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(request, reply, toProblem(new HttpError('invalid-request')), false)
}

type RawSocket = {
  readonly writable: boolean
  readonly bytesWritten: number
  end(data: string): unknown
  destroy(error?: Error): unknown
}

/** What is not HTTP at all. Not logged: the error holds the raw bytes that were sent. */
export function answerBrokenRequest(_error: unknown, socket: RawSocket): void {
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const body = JSON.stringify({
    type: 'urn:dcert:problem:invalid-request',
    title: PROBLEMS['invalid-request'].title.en,
    status: 400,
    detail: PROBLEMS['invalid-request'].detail.en,
  })
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`
  socket.end(head + body)
}
