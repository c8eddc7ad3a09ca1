import { Type } from 'typebox'
import { PROBLEMS, type ProblemName, problemType } from '../http/problem-texts.ts'
import { REASON_TEXTS } from './reason-texts.ts'
import { EXAMPLE_RESULTS } from './verification-examples.ts'
import { REASON_OUTCOMES, type VerificationResult } from './verification-result.ts'

const LocalText = Type.Object({ 'zh-TW': Type.String(), en: Type.String() })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, 64 lower-case hex digits' })
const Instant = (description: string) => Type.String({ format: 'date-time', description })
const OneOf = (values: readonly string[], description: string) =>
  Type.Unsafe<string>({ type: 'string', enum: [...values], description })

/** The reply of every verification. What is not named here is not sent: nothing personal can slip out (E31, E68). */
export const VerificationReply = Type.Object(
  {
    outcome: OneOf(['success', 'warning', 'failure'], 'one of exactly three'),
    reason: OneOf(Object.keys(REASON_OUTCOMES), 'why; codes are added, never renamed or given another meaning'),
    message: { ...LocalText, description: 'the outcome in the words of the issuer' },
    fingerprint: { ...Hash, description: 'SHA-256 of what was received' },
    certificate: Type.Union(
      [
        Type.Object({
          number: Type.String({ description: 'full form, 教字第142195號' }),
          kind: Type.String({ description: 'kind of certificate, e.g. college-teacher' }),
          language: OneOf(['zh-TW', 'en'], 'language of this certificate'),
          version: Type.Integer({ minimum: 1 }),
          currentVersion: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
            description: 'newest confirmed version; null when none was ever confirmed',
          }),
          issuedOn: Type.String({ format: 'date' }),
          issuer: LocalText,
        }),
        Type.Null(),
      ],
      { description: 'null unless the fingerprint is known' },
    ),
    checks: Type.Array(
      Type.Object({
        name: Type.String(),
        passed: Type.Union([Type.Boolean(), Type.Null()], { description: 'null: not looked at, or does not apply' }),
        detail: Type.String(),
      }),
    ),
    asOf: Instant('the state of the register this answer rests on'),
    verifiedAt: Instant('when this was checked'),
  },
  { $id: 'VerificationResult', description: 'The outcome of a verification' },
)

export const ProblemReply = Type.Object(
  {
    type: OneOf(
      (Object.keys(PROBLEMS) as ProblemName[]).filter((name) => name !== 'unreachable').map(problemType),
      'which problem; names are added, never changed',
    ),
    title: Type.String({ description: 'for people' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'for people' }),
  },
  { $id: 'Problem', description: 'RFC 9457' },
)

const RESULT_EXAMPLES = Object.fromEntries(
  EXAMPLE_RESULTS.map((value) => [value.reason, { summary: REASON_TEXTS[value.reason].title.en, value }]),
)

/** 200 with an example of every reason. */
export const resultResponse = {
  description: 'The verification was made; `outcome` says what it found',
  content: {
    'application/json': {
      schema: Type.Unsafe<VerificationResult>({ $ref: 'VerificationResult#' }),
      examples: RESULT_EXAMPLES,
    },
  },
}

/** The responses of these problems, by status; those of the same status become examples of one response. */
export function problemResponses(names: readonly ProblemName[]): Record<number, object> {
  const byStatus = Map.groupBy(names, (name) => PROBLEMS[name].status)
  return Object.fromEntries([...byStatus].map(([status, same]) => [status, problemResponse(status, same)]))
}

function problemResponse(status: number, names: readonly ProblemName[]): object {
  const example = (name: ProblemName) => {
    const { title, detail } = PROBLEMS[name]
    return { summary: title.en, value: { type: problemType(name), title: title.en, status, detail: detail.en } }
  }
  return {
    description: names.map((name) => PROBLEMS[name].title.en).join('; '),
    ...(status === 429 || status === 503
      ? { headers: { 'Retry-After': { type: 'integer', description: 'seconds to wait' } } }
      : {}),
    content: {
      'application/problem+json': {
        schema: { $ref: 'Problem#' },
        examples: Object.fromEntries(names.map((name) => [name, example(name)])),
      },
    },
  }
}
