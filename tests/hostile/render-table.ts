import type { Family } from './hostile-file.ts'

const PREFACE = `# Hostile files

What strangers may upload, and what each is answered with. Every file is made anew for each run of the tests, from real
certificates that were issued and confirmed by an RSA and by an EC key, in both languages; whatever looks random comes
from a seed. None is ever a success or a warning; each has exactly one right reason ([reason-codes.md](reason-codes.md))
and is answered within 2 seconds.

- The rows stand in \`tests/hostile/\`, a file per family. This page is written from them and compared with them by
  \`tests/hostile/hostile-table.test.ts\`; \`npx vitest run tests/hostile -u\` writes it anew.
- \`tests/hostile/hostile-table.test.ts\` verifies every file, made of every certificate, within one process.
- \`tests/hostile/hostile-service.test.ts\` puts every file through \`dcert verify\` and uploads it to \`dcert serve\`, and
  looks at the memory of the service.
- \`tests/interop/hostile-tools.test.ts\` adds copies by qpdf, mutool, poppler and Chromium.
- \`tests/verification/reader-properties.test.ts\` feeds the readers random bytes and random edits.

"Ours" are keys that lead to a trust anchor of the verifier. Some rows use our own signing key, as a thief would: those
that are whole, valid, and signed in the one form in which we sign end in \`not-registered\`, which alarms the operator.
The others end in another failure without alarm, most in \`altered\`: so does a certificate of ours that anybody spoilt.
`

/** docs/hostile-files.md, from the rows themselves. */
export function renderTable(families: readonly Family[]): string {
  const count = families.reduce((sum, { files }) => sum + files.length, 0)
  const sections = families.map(({ title, files }) => {
    const rows = files.map(
      ({ name, does, reason }) => `| \`${name}\` | ${does.replaceAll('|', '\\|')} | \`${reason}\` |`,
    )
    return `## ${title}\n\n${files.length} files.\n\n| file | what was done | expected reason |\n|---|---|---|\n${rows.join('\n')}\n`
  })
  return `${PREFACE}\n${count} files.\n\n${sections.join('\n')}`
}
