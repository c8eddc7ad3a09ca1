import { type CompiledQuery, sql } from 'kysely'
import type { Database } from '../storage/database.ts'
import type { RegisteredFile, RegisterLookup } from '../verification/register-lookup.ts'
import { fullNumber } from './certificate-content.ts'
import { verificationStatus } from './certificate-status.ts'

/** The register as the public verification reads it: one indexed query an answer, on a reading connection (E64). */
export function registerLookupStore(db: Database): RegisterLookup {
  const query = db
    .selectFrom('certificate_files as f')
    .innerJoin('certificate_versions as v', (join) =>
      join.onRef('v.certificate_id', '=', 'f.certificate_id').onRef('v.version', '=', 'f.version'),
    )
    .innerJoin('certificates as c', 'c.id', 'f.certificate_id')
    .innerJoin('issuers as i', 'i.id', 'c.issuer_id')
    .select((e) => [
      'f.sha256',
      'f.signer_sha256',
      'f.language',
      'v.version',
      'v.first_confirmed_at',
      'v.case_data',
      'c.kind',
      'c.rank',
      'c.number',
      'i.names',
      'i.result_texts',
      e
        .selectFrom('certificate_versions as n')
        .select((n) => n.fn.max('n.version').as('newest'))
        .whereRef('n.certificate_id', '=', 'f.certificate_id')
        .where('n.first_confirmed_at', 'is not', null)
        .as('newest_confirmed'),
      e
        .exists(
          e
            .selectFrom('revocation_coverage as r')
            .innerJoin('revocation_acts as a', 'a.id', 'r.act_id')
            .select('r.act_id')
            .whereRef('r.certificate_id', '=', 'f.certificate_id')
            .where('a.reinstated_at', 'is', null),
        )
        .as('revoked'),
    ])
    .where('f.sha256', 'is not', null)

  type Row = Awaited<ReturnType<typeof query.executeTakeFirstOrThrow>>

  // Compiled once. The subquery keeps the value out of the plan: a SQLite with STAT4 plans a join anew for every value
  // that is bound to a compared column, which takes six times as long as the look-up itself.
  const asked = sql<string>`(select cast(${''} as text))`
  const byFingerprint = query.where('f.sha256', '=', asked).compile()
  const byToken = query.where('f.token', '=', asked).compile()

  if (byFingerprint.parameters.length !== 1 || byToken.parameters.length !== 1)
    throw new Error('more than one parameter')

  async function find(compiled: CompiledQuery, value: string): Promise<RegisteredFile | undefined> {
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters: [value] })
    return toRegistered(rows[0])
  }

  const parsedTexts = new Map<string, unknown>()

  /** An issuer's texts are the same in nearly every answer. */
  function parseOnce<T>(text: string): T {
    if (!parsedTexts.has(text)) {
      if (parsedTexts.size > 100) parsedTexts.clear()
      parsedTexts.set(text, JSON.parse(text))
    }
    return parsedTexts.get(text) as T
  }

  return {
    findByFingerprint: (sha256) => find(byFingerprint, sha256),
    findByToken: (token) => find(byToken, token),
  }

  function toRegistered(row: Row | undefined): RegisteredFile | undefined {
    if (row === undefined) return undefined
    const { sha256, signer_sha256: signerSha256 } = row
    if (sha256 === null || signerSha256 === null) return undefined
    return {
      status: verificationStatus({
        revoked: Boolean(row.revoked),
        version: row.version,
        everConfirmed: row.first_confirmed_at !== null,
        newestConfirmed: row.newest_confirmed,
      }),
      number: fullNumber(row),
      kind: row.kind,
      language: row.language,
      version: row.version,
      currentVersion: row.newest_confirmed,
      issuedOn: JSON.parse(row.case_data).issuedOn,
      issuer: parseOnce(row.names),
      resultTexts: parseOnce(row.result_texts),
      sha256,
      signerSha256,
    }
  }
}
