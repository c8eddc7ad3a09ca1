import { JUDGE_NAMES, JUDGES, type Judge, type Judgement, type Verdict } from './judges.ts'

export type Row = { readonly what: readonly string[]; readonly verdict: Verdict }

export type Findings = {
  readonly versions: Judgement['versions']
  /** a row each: kind of file, language, key */
  readonly kinds: readonly Row[]
  /** a row each: key, and how many of the files of random certificates each judge accepted */
  readonly random: { readonly seed: number; readonly rows: readonly (readonly string[])[] }
  /** a row each: what is wrong, key */
  readonly controls: readonly Row[]
}

/** Debian brings these, in the version of the release; the others are pinned by this project. */
const OF_DEBIAN: readonly Judge[] = ['pdfsig', 'openssl', 'qpdf']

/** docs/conformance.md: only what the judges said, so that the same answers make the same bytes. */
export function conformancePage({ versions, kinds, random, controls }: Findings): string {
  const judges = JUDGE_NAMES.map((name) => [name, versions[name], JUDGES[name].asked, JUDGES[name].accepts])
  return `# Conformance

What programs that are not ours say of the files that dcert issues. \`npm run test:interop\` makes keys, issues the files
with dcert's own commands, asks every judge about every file and writes this page from the answers; do not edit it. In CI
the run fails when a judge does not accept a file, and when this page is not what the judges say. The judges are installed
by \`scripts/install-tools.sh\`.

## Judges

A file is accepted when the judge says exactly this.

${table(['judge', 'version', 'what it is asked', 'what it says of a file that it accepts'], judges)}

A PAdES-BASELINE-B file has a signature and no revocation data (those come with B-LT); so EU DSS, which requires them,
can only say INDETERMINATE unless it is given CRLs. With them it says TOTAL_PASSED.

## Every kind of file

Each cell is what the judge said of that file.

${table(['file', 'language', 'key', ...JUDGE_NAMES], kinds.map(cells))}

## Random names

Certificates with random names, schools, ranks, dates and ID numbers (seed ${random.seed}), from all characters that the fonts
have: a file in Chinese and one in English each. Each cell is the number of files of which the judge said exactly what it
says above of a file that it accepts.

${table(['key', ...JUDGE_NAMES], random.rows)}

## What is not right

The judges see what they are there to see: files spoilt on purpose, and what each judge said of them. Bold is what the
judge does not say of a file that it accepts. What a judge is not asked about it does not see: veraPDF and qpdf check no
signature, openssl sees nothing but the signed bytes.

${table(['what is wrong', 'key', ...JUDGE_NAMES], controls.map(boldCells))}
`
}

/** The page without what another release of Debian changes. */
export function withoutDebianVersions(page: string): string {
  return page.replaceAll(new RegExp(`^\\| (${OF_DEBIAN.join('|')}) \\| [^|]*`, 'gm'), '| $1 ')
}

function cells({ what, verdict }: Row): string[] {
  return [...what, ...JUDGE_NAMES.map((name) => verdict[name])]
}

function boldCells({ what, verdict }: Row): string[] {
  const said = JUDGE_NAMES.map((name) =>
    verdict[name] === JUDGES[name].accepts ? verdict[name] : `**${verdict[name]}**`,
  )
  return [...what, ...said]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
