import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RANKS, type Rank } from '../../src/approvals/approved-case.ts'
import { approvedCase, type House, openHouse, refusalOf } from '../support/house.ts'

type Person = Readonly<Record<Rank, string>>

/** A person with a certificate of every rank, each confirmed. */
async function withAllRanks(house: House): Promise<Person> {
  const ids: Partial<Record<Rank, string>> = {}
  for (const rank of RANKS) {
    const { certificate } = await house.issue({ rank })
    ids[rank] = certificate.id
    await house.confirm(certificate.id)
  }
  return ids as Person
}

async function inForce(house: House, person: Person): Promise<Rank[]> {
  const states = await Promise.all(RANKS.map(async (rank) => house.verify(await house.file(person[rank]))))
  return RANKS.filter((_, i) => states[i]?.reason === 'current')
}

function register(house: House) {
  return house.rows('select (select count(*) from revocation_acts) as acts, (select hash from audit_head) as trail')
}

describe('an act from a rank upward (E49, E51)', () => {
  test.each(RANKS.map((rank, i) => [rank, RANKS.slice(0, i)] as const))('%s: in force stay %j', async (rank, left) => {
    const house = await openHouse()
    const person = await withAllRanks(house)
    const { certificates } = await house.revoke(rank)
    expect(certificates).toHaveLength(4 - left.length)
    expect(await inForce(house, person)).toEqual(left)
    const reason = (await house.verify(await house.file(person.professor))).reason
    expect(reason).toBe('revoked')
  })

  test('leaves other persons alone, also of the same name', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue({ idNumber: 'L120000131', number: '143626' })
    await house.confirm(certificate.id)
    await withAllRanks(house)
    await house.revoke('lecturer')
    expect((await house.verify(await house.file(certificate.id))).reason).toBe('current')
  })

  test('covers both languages and every version (E51, E62)', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue({ nameEn: 'LIN' })
    await house.confirm(certificate.id)
    await house.reissue(certificate.id, { 姓名: '林坤煊' })
    await house.confirm(certificate.id)
    await house.revoke('professor')
    for (const version of [1, 2]) {
      for (const language of ['zh-TW', 'en'] as const) {
        expect((await house.verify(await house.file(certificate.id, version, language))).reason).toBe('revoked')
      }
    }
  })

  test('covers paper certificates, but no case that was not 審定通過 (E52, E60)', async () => {
    const house = await openHouse()
    await house.issue({ rank: 'lecturer', issuedOn: '2013-12-31', supportsElectronic: false })
    await house.issue({ rank: 'professor', result: '審定不通過' })
    const { certificates } = await house.revoke('lecturer')
    expect(certificates.map(({ rank }) => rank)).toEqual(['lecturer'])
  })

  test('does not cover a certificate issued later (E60)', async () => {
    const house = await openHouse()
    await house.issue({ rank: 'professor' })
    await house.revoke('lecturer')
    const { certificate } = await house.issue({ rank: 'associate-professor' })
    await house.confirm(certificate.id)
    expect((await house.verify(await house.file(certificate.id))).reason).toBe('current')
    // …but a further act may, for there is something new in it.
    expect((await house.revoke('lecturer')).certificates).toHaveLength(2)
  })

  test('is written down with rank, 款, document number and who did it (E48, E59, E67)', async () => {
    const house = await openHouse()
    await house.issue()
    const { act } = await house.revoke('professor')
    const [event] = await house.rows<{ details: string; subject: string }>(
      "select * from audit_events where action = 'revoked'",
    )
    expect(event).toMatchObject({ actor: 'cli:tester', subject: `act:${act}` })
    expect(JSON.parse(event!.details)).toMatchObject({ fromRank: 'professor', ground: 2, documentNumber: '1150000777' })
    expect(event!.details).not.toContain(approvedCase().idNumber)
  })
})

describe('refused', () => {
  test('an act that would cover nothing new (E60)', async () => {
    const house = await openHouse()
    await withAllRanks(house)
    await house.revoke('associate-professor')
    const before = await register(house)
    expect(await refusalOf(house.revoke('professor'))).toMatch(/CONFLICT.*不會涵蓋任何新的證書/)
    expect(await refusalOf(house.revoke('associate-professor'))).toMatch(/CONFLICT/)
    expect(await register(house)).toEqual(before)
  })

  test('a rank at which the person has nothing; a person whom nobody knows', async () => {
    const house = await openHouse()
    await house.issue({ rank: 'lecturer' })
    expect(await refusalOf(house.revoke('professor'))).toMatch(/CONFLICT.*不會涵蓋/)
    expect(await refusalOf(house.revoke('lecturer', 'A100537307'))).toMatch(/NOT_FOUND/)
  })

  test('reinstating twice, and an act that nobody knows (E60)', async () => {
    const house = await openHouse()
    await house.issue()
    const { act } = await house.revoke('professor')
    await house.reinstate(act!)
    expect(await refusalOf(house.reinstate(act!))).toMatch(/CONFLICT.*已經恢復過/)
    expect(await refusalOf(house.reinstate('no-act'))).toMatch(/NOT_FOUND/)
    expect(await house.rows("select * from audit_events where action = 'reinstated'")).toHaveLength(1)
  })
})

test('a dry run tells what would be covered and changes nothing', async () => {
  const house = await openHouse()
  const person = await withAllRanks(house)
  const before = await register(house)
  const { act, certificates } = await house.revoke('assistant-professor', undefined, true)
  expect([act, certificates.map(({ rank }) => rank).sort()]).toEqual([null, [...RANKS.slice(1)].sort()])
  expect(await register(house)).toEqual(before)
  expect(await inForce(house, person)).toEqual(RANKS)
})

describe('taken back', () => {
  test('a certificate comes back as what it was: confirmed, cancelled, outdated, never confirmed (E56, E58)', async () => {
    const house = await openHouse()
    const [confirmed, cancelled, never] = [
      (await house.issue({ rank: 'professor' })).certificate.id,
      (await house.issue({ rank: 'associate-professor' })).certificate.id,
      (await house.issue({ rank: 'lecturer' })).certificate.id,
    ]
    await house.confirm(confirmed)
    await house.reissue(confirmed, { 姓名: '林坤煊' })
    await house.confirm(confirmed)
    await house.confirm(cancelled)
    await house.unconfirm(cancelled)
    const files = await Promise.all([
      house.file(confirmed, 1),
      house.file(confirmed, 2),
      house.file(cancelled),
      house.file(never),
    ])
    const facts = () => Promise.all([confirmed, cancelled, never].map((id) => house.app.reading.certificates.facts(id)))
    const answers = async () => Promise.all(files.map(async (file) => (await house.verify(file)).reason))
    const before = [await facts(), await answers()]
    expect(before[1]).toEqual(['superseded', 'current', 'current', 'unconfirmed'])
    const { act } = await house.revoke('lecturer')
    expect(await answers()).toEqual(['revoked', 'revoked', 'revoked', 'revoked'])
    await house.reinstate(act!)
    expect([await facts(), await answers()]).toEqual(before)
  })

  test.each([
    ['the later one first', [1, 0], [['professor'], []]],
    ['the earlier one first', [0, 1], [['associate-professor', 'professor'], []]],
  ] as const)(
    'of 教授 first and later 副教授 upward, %s: as long as one stands it counts (E60)',
    async (_, order, expected) => {
      const house = await openHouse()
      const person = await withAllRanks(house)
      const acts = [await house.revoke('professor'), await house.revoke('associate-professor')]
      expect(acts[1]?.certificates).toHaveLength(2)
      for (const [step, which] of order.entries()) {
        const { stillRevoked } = await house.reinstate(acts[which]!.act!)
        const revoked = RANKS.filter((rank) => !['lecturer', 'assistant-professor'].includes(rank))
        const left = await inForce(house, person)
        expect(revoked.filter((rank) => !left.includes(rank))).toEqual(expected[step])
        expect(stillRevoked.map(({ rank }) => rank).sort()).toEqual(
          acts[which]!.certificates.map(({ rank }) => rank)
            .filter((rank) => !left.includes(rank))
            .sort(),
        )
      }
    },
  )
})

test('whatever acts come in whatever order: revoked is what a standing act covers, and nothing else (E60)', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('revoke' as const), rank: fc.constantFrom(...RANKS) }),
    fc.record({ do: fc.constant('reinstate' as const), act: fc.nat(5) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const house = await openHouse()
      for (const rank of RANKS) await house.issue({ rank })
      const acts: { id: string; from: number; standing: boolean }[] = []
      const revoked = (rank: Rank) => acts.some(({ from, standing }) => standing && RANKS.indexOf(rank) >= from)
      for (const one of steps) {
        if (one.do === 'revoke') {
          const from = RANKS.indexOf(one.rank)
          const coversNew = RANKS.slice(from).some((rank) => !revoked(rank))
          if (coversNew) acts.push({ id: (await house.revoke(one.rank)).act!, from, standing: true })
          else expect(await refusalOf(house.revoke(one.rank))).toMatch(/CONFLICT/)
        } else {
          const act = acts[one.act]
          if (act === undefined) continue
          if (act.standing) await house.reinstate(act.id)
          else expect(await refusalOf(house.reinstate(act.id))).toMatch(/CONFLICT/)
          act.standing = false
        }
        const rows = await house.rows<{ id: string; rank: Rank }>('select id, rank from certificates')
        for (const { id, rank } of rows) {
          expect((await house.app.reading.certificates.facts(id)).revoked).toBe(revoked(rank))
        }
      }
      await house.app.close()
    }),
    { numRuns: 12 },
  )
})
