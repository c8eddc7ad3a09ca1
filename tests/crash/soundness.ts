import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApprovedCase } from '../../src/approvals/approved-case.ts'
import type { VerificationResult } from '../../src/verification/verification-result.ts'
import { answerOf } from '../support/command-output.ts'
import { dcert } from './dcert-process.ts'
import { leftovers, type Site } from './site.ts'

type VersionRow = { certificate_id: string; version: number; case_data: string; issued_at: string | null }
type FileRow = { certificate_id: string; version: number; language: string; sha256: string | null }
type DocumentRow = { sha256: string; bytes: Uint8Array }
type EventRow = { action: string; subject: string; details: string }

/**
 * What must be true of a register at every moment, whatever was killed (E22, E23, E66, E67).
 * @returns what is not, in sentences; none when all is well
 */
export async function problemsOf(site: Site): Promise<string[]> {
  const problems: string[] = leftovers(site.root).map((name) => `left behind: ${name}`)
  // First, for it opens the register as the next command would: what was cut off is rolled back, or there is none yet.
  await dcert(site, 'confirm', 'no such document')
  const trail = await dcert(site, 'audit', 'verify', '--json')
  if (trail.code !== 0) problems.push(`audit verify: ${trail.stdout}${trail.stderr}`)

  const versions = await site.rows<VersionRow>('select * from certificate_versions order by certificate_id, version')
  const files = await site.rows<FileRow>('select certificate_id, version, language, sha256 from certificate_files')
  const documents = await site.rows<DocumentRow>('select sha256, bytes from documents')
  const events = await site.rows<EventRow>('select action, subject, details from audit_events order by seq')

  const swept = await dcert(site, 'audit', 'documents', '--json')
  if (swept.code !== 0) problems.push(`audit documents: ${swept.stdout}${swept.stderr}`)
  else if (answerOf(swept).documents !== documents.length) problems.push(`audit documents saw ${swept.stdout}`)
  for (const { sha256, bytes } of documents) {
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) problems.push(`${sha256} has other bytes`)
  }
  problems.push(...versionProblems(versions, files, events))
  problems.push(...(await identityProblems(site)))
  problems.push(...(await eventProblems(site, events)))
  return problems
}

/** No version is half there: with its intent the rows of all its files, when it is issued the bytes of all of them. */
function versionProblems(
  versions: readonly VersionRow[],
  files: readonly FileRow[],
  events: readonly EventRow[],
): string[] {
  const problems: string[] = []
  let [last, number] = ['', 0]
  for (const { certificate_id: id, version, case_data, issued_at } of versions) {
    const name = `${id} version ${version}`
    number = id === last ? number + 1 : 1
    last = id
    if (version !== number) problems.push(`${name} should be version ${number}`)
    const own = files.filter((file) => file.certificate_id === id && file.version === version)
    const languages = (JSON.parse(case_data) as ApprovedCase).nameEn === null ? ['zh-TW'] : ['en', 'zh-TW']
    if (
      own
        .map(({ language }) => language)
        .sort()
        .join() !== languages.join()
    )
      problems.push(`${name} lacks a language`)
    const kept = own.filter(({ sha256 }) => sha256 !== null)
    const told = events.filter(
      ({ action, subject, details }) =>
        action === 'version-issued' && subject === `certificate:${id}` && JSON.parse(details).version === version,
    )
    if (issued_at === null) {
      if (kept.length > 0 || told.length > 0) problems.push(`${name} is not issued, but has files or an event`)
      continue
    }
    if (kept.length !== own.length) problems.push(`${name} is issued without all its files`)
    if (told.length !== 1) problems.push(`${name} has ${told.length} events of its issue`)
    const named = JSON.stringify(JSON.parse(told[0]?.details ?? '{}').files ?? {}, languages)
    const real = JSON.stringify(Object.fromEntries(own.map(({ language, sha256 }) => [language, sha256])), languages)
    if (named !== real) problems.push(`${name} has other files than the trail says`)
  }
  if (
    files.length !== versions.reduce((sum, { case_data }) => sum + (JSON.parse(case_data).nameEn === null ? 1 : 2), 0)
  )
    problems.push('there are files without a version')
  return problems
}

async function identityProblems(site: Site): Promise<string[]> {
  const twice = await site.rows('select rank, number from certificates group by rank, number having count(*) > 1')
  const unnamed = await site.rows(
    'select d.sha256 from documents d left join certificate_files f on f.sha256 = d.sha256 where f.token is null',
  )
  const uncovered = await site.rows(
    'select id from revocation_acts a where not exists (select 1 from revocation_coverage c where c.act_id = a.id)',
  )
  return [
    ...twice.map(({ rank, number }) => `${rank} ${number} is there twice`),
    ...unnamed.map(({ sha256 }) => `${sha256} is named by nothing`),
    ...uncovered.map(({ id }) => `act ${id} covers nothing`),
  ]
}

/** Every fact has exactly one event, and every event its fact. */
async function eventProblems(site: Site, events: readonly EventRow[]): Promise<string[]> {
  const told = (action: string, text: (details: Record<string, unknown>) => unknown = () => '') =>
    events
      .filter((event) => event.action === action)
      .map(({ subject, details }) => `${subject} ${text(JSON.parse(details))}`)
  const facts = async (query: string) => (await site.rows<{ fact: string }>(query)).map(({ fact }) => fact)
  const confirmed = (action: string) =>
    facts(`select 'certificate:' || certificate_id || ' ' || version as fact from confirmations
      where action = '${action}'`)
  const version = (details: Record<string, unknown>): unknown => details.version
  const pairs: [what: string, told: string[], facts: string[]][] = [
    [
      'registration',
      told('certificate-registered'),
      await facts(`select 'certificate:' || id || ' ' as fact from certificates`),
    ],
    ['確認', told('certificate-confirmed', version), await confirmed('confirm')],
    ['取消確認', told('certificate-unconfirmed', version), await confirmed('unconfirm')],
    ['act', told('revoked'), await facts(`select 'act:' || id || ' ' as fact from revocation_acts`)],
    [
      'reinstatement',
      told('reinstated'),
      await facts(`select 'act:' || id || ' ' as fact from revocation_acts where reinstated_at is not null`),
    ],
  ]
  return pairs
    .filter(([, told, facts]) => told.sort().join('\n') !== facts.sort().join('\n'))
    .map(([what, told, facts]) => `${what}: the trail tells ${told.length}, the register has ${facts.length}`)
}

/** What `dcert verify` says of every kept file, as `<證書字號> v<版本> <language>: <reason>`, in order. */
async function outcomesOf(site: Site): Promise<string[]> {
  const documents = await site.rows<DocumentRow>('select sha256, bytes from documents')
  if (documents.length === 0) return []
  const directory = mkdtempSync(join(tmpdir(), 'dcert-crash-files-'))
  try {
    const paths = documents.map(({ sha256, bytes }) => {
      const path = join(directory, `${sha256}.pdf`)
      writeFileSync(path, bytes)
      return path
    })
    const results = answerOf<VerificationResult[]>(await dcert(site, 'verify', '--json', ...paths))
    return results
      .map(({ reason, certificate: of }) => `${of?.number} v${of?.version} ${of?.language}: ${reason}`)
      .sort()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * Everything a register tells that does not differ from run to run: no ids, tokens, times and bytes. What was killed
 * and repeated must come to the same story as what nobody disturbed, each event once.
 */
export async function storyOf(site: Site): Promise<Record<string, string[]>> {
  const certificates = await site.rows<{ id: string; rank: string; number: string }>('select * from certificates')
  const names = new Map(certificates.map(({ id, rank, number }) => [`certificate:${id}`, `${rank} ${number}`]))
  const story: Record<string, string[]> = {}
  const tell = (subject: string, text: string): void => {
    const name = names.get(subject) ?? subject.split(':')[0] ?? ''
    story[name] = [...(story[name] ?? []), text]
  }
  const versions = await site.rows<Record<string, string>>('select * from certificate_versions order by version')
  for (const { certificate_id, version, reason, mark, case_data, issued_at, first_confirmed_at } of versions) {
    const done = `${issued_at === null ? 'begun' : 'issued'}, ${first_confirmed_at === null ? 'never ' : ''}confirmed`
    tell(`certificate:${certificate_id}`, `version ${version} ${reason} ${mark} ${case_data}: ${done}`)
  }
  const events = await site.rows<EventRow>('select action, subject, details from audit_events order by seq')
  for (const { action, subject, details } of events) {
    const { files, certificates, certificate, ...rest } = JSON.parse(details)
    const languages = Object.keys(files ?? {}).sort()
    const covered = (certificates ?? []).map((id: string) => names.get(`certificate:${id}`)).sort()
    tell(subject, `${action} ${JSON.stringify({ ...rest, languages, covered })}`)
  }
  for (const outcome of await outcomesOf(site)) tell('outcomes', outcome)
  return story
}
