import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CertificateFacts,
  certificateState,
  downloadableVersion,
  STATE_LABELS,
  type VersionFacts,
  verificationStatus,
} from '../../src/certificates/certificate-status.ts'

/** A certificate as a whole, by the rows of §2.9. */
const LIFE_CYCLE: readonly [string, CertificateFacts, state: string, offered: number | null][] = [
  ['still being issued', facts({ newestIssued: null }), '尚未確認', null],
  ['issued, confirmed by nobody (E9)', facts({ newestIssued: 1 }), '尚未確認', null],
  ['corrected before anybody confirmed (E10)', facts({ newestIssued: 2 }), '尚未確認', null],
  ['confirmed', facts({ newestIssued: 1, newestConfirmed: 1, released: true }), '已確認', 1],
  ['confirmation cancelled (E11)', facts({ newestIssued: 1, newestConfirmed: 1 }), '取消確認', null],
  ['replacement waits (E30)', facts({ newestIssued: 2, newestConfirmed: 1, released: true }), '換發待確認', 1],
  ['replacement waits after 取消確認', facts({ newestIssued: 2, newestConfirmed: 1 }), '換發待確認', null],
  ['replacement confirmed (E29)', facts({ newestIssued: 2, newestConfirmed: 2, released: true }), '已確認', 2],
  [
    'revoked while confirmed (E51)',
    facts({ newestIssued: 1, newestConfirmed: 1, released: true, revoked: true }),
    '已撤銷',
    null,
  ],
  ['revoked while never confirmed', facts({ newestIssued: 1, revoked: true }), '已撤銷', null],
  ['revoked while cancelled', facts({ newestIssued: 1, newestConfirmed: 1, revoked: true }), '已撤銷', null],
  [
    'revoked with a replacement waiting',
    facts({ newestIssued: 2, newestConfirmed: 1, released: true, revoked: true }),
    '已撤銷',
    null,
  ],
]

test.each(LIFE_CYCLE)('%s: the word people see and what the teacher may download (§2.9)', (_, of, label, offered) => {
  expect(STATE_LABELS[certificateState(of)]).toBe(label)
  expect(downloadableVersion(of)).toBe(offered)
})

/** revoked, version, ever confirmed, newest confirmed → the answer; every combination that the register can hold. */
const VERIFICATION: readonly [boolean, number, boolean, number | null, string][] = [
  [false, 1, false, null, 'unconfirmed'],
  [false, 1, true, 1, 'current'],
  [false, 1, true, 2, 'superseded'],
  [false, 1, true, 3, 'superseded'],
  [false, 1, false, 2, 'unconfirmed'],
  [false, 2, false, 1, 'unconfirmed'],
  [false, 2, true, 2, 'current'],
  [false, 2, false, null, 'unconfirmed'],
  [true, 1, false, null, 'revoked'],
  [true, 1, true, 1, 'revoked'],
  [true, 1, true, 2, 'revoked'],
  [true, 1, false, 2, 'revoked'],
  [true, 2, false, 1, 'revoked'],
  [true, 2, true, 2, 'revoked'],
]

test.each(VERIFICATION)(
  'revoked %s, version %d, ever confirmed %s, newest confirmed %s: the file is %s (§2.9, E25, E29, E51, E72)',
  (revoked, version, everConfirmed, newestConfirmed, expected) => {
    expect(verificationStatus({ revoked, version, everConfirmed, newestConfirmed })).toBe(expected)
  },
)

/** A certificate that lived through any sequence of new versions, confirmations and cancellations. */
type Life = { versions: boolean[]; released: boolean; revoked: boolean }
const lives: fc.Arbitrary<Life> = fc
  .record({
    steps: fc.array(fc.constantFrom('version', 'confirm', 'unconfirm'), { maxLength: 12 }),
    revoked: fc.boolean(),
  })
  .map(({ steps, revoked }) => {
    const life: Life = { versions: [false], released: false, revoked }
    for (const step of steps) {
      if (step === 'version') life.versions.push(false)
      if (step === 'confirm') {
        life.versions[life.versions.length - 1] = true
        life.released = true
      }
      if (step === 'unconfirm') life.released = false
    }
    return life
  })

describe('whatever a certificate lived through', () => {
  test('at most one version is current, and it is the newest one confirmed (E29)', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const current = versionsOf(life).filter((one) => verificationStatus(one) === 'current')
        expect(current.map(({ version }) => version)).toEqual(
          life.revoked || newestOf(life) === null ? [] : [newestOf(life)],
        )
      }),
    )
  })

  test('a later 取消確認 changes no answer of the verification (E12)', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const before = versionsOf(life).map(verificationStatus)
        expect(versionsOf({ ...life, released: false }).map(verificationStatus)).toEqual(before)
      }),
    )
  })

  test('revoked wins over everything, for each version and for the certificate (E51)', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const revoked = { ...life, revoked: true }
        for (const one of versionsOf(revoked)) expect(verificationStatus(one)).toBe('revoked')
        expect(certificateState(wholeOf(revoked))).toBe('revoked')
        expect(downloadableVersion(wholeOf(revoked))).toBeNull()
      }),
    )
  })

  test('what the teacher can download verifies as current (E9, E21, E25)', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const offered = downloadableVersion(wholeOf(life))
        if (offered === null) return
        expect(verificationStatus(versionsOf(life)[offered - 1]!)).toBe('current')
      }),
    )
  })
})

function facts(some: Partial<CertificateFacts>): CertificateFacts {
  return { revoked: false, newestIssued: null, newestConfirmed: null, released: false, ...some }
}

function newestOf({ versions }: Life): number | null {
  return versions.lastIndexOf(true) + 1 || null
}

function versionsOf(life: Life): VersionFacts[] {
  const newestConfirmed = newestOf(life)
  return life.versions.map((everConfirmed, i) => ({
    revoked: life.revoked,
    version: i + 1,
    everConfirmed,
    newestConfirmed,
  }))
}

function wholeOf(life: Life): CertificateFacts {
  const { revoked, released, versions } = life
  return { revoked, released, newestIssued: versions.length, newestConfirmed: newestOf(life) }
}
