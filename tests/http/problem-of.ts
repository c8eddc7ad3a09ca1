import { expect } from 'vitest'
import { PROBLEMS, type ProblemName, problemType } from '../../src/http/problem-texts.ts'

type Reply = { statusCode: number; headers: Record<string, unknown>; body: string }

/** The answer is exactly a problem of this name (RFC 9457), and says nothing else. */
export function expectProblem(reply: Reply, name: ProblemName): void {
  const body = JSON.parse(reply.body)
  expect(body).toEqual({
    type: problemType(name),
    title: expect.any(String),
    status: PROBLEMS[name].status,
    detail: expect.any(String),
  })
  expect(reply.statusCode).toBe(PROBLEMS[name].status)
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(reply.headers['cache-control']).toBe('no-store')
}
