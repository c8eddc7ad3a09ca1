import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../src/app.ts'
import type { Reason } from '../../src/verification/verification-result.ts'
import { type Ground, prepareGround } from '../hostile/ground.ts'
import { run, type Tool } from './tools.ts'

let ground: Ground
let app: App
let directory: string

beforeAll(async () => {
  ground = await prepareGround()
  app = await ground.openVerifier()
  directory = mkdtempSync(join(tmpdir(), 'dcert-hostile-tools-'))
})
afterAll(async () => {
  await app?.close()
  ground?.remove()
  rmSync(directory, { recursive: true, force: true })
})

/** Arguments of a tool that reads `from` and writes `to`. */
type Copy = readonly [does: string, reason: Reason, tool: Tool, args: (from: string, to: string) => readonly string[]]

const QPDF: readonly Copy[] = [
  ['saved again', 'resaved', 'qpdf', (from, to) => [from, to]],
  ['made fast for the web', 'resaved', 'qpdf', (from, to) => ['--linearize', from, to]],
  ['with object streams', 'resaved', 'qpdf', (from, to) => ['--object-streams=generate', from, to]],
  ['laid open for an editor', 'resaved', 'qpdf', (from, to) => ['--qdf', '--object-streams=disable', from, to]],
  ['with its streams unpacked', 'resaved', 'qpdf', (from, to) => ['--stream-data=uncompress', from, to]],
  ['freed of its signature', 'resaved', 'qpdf', (from, to) => ['--remove-restrictions', from, to]],
  ['with its annotations drawn', 'resaved', 'qpdf', (from, to) => ['--flatten-annotations=all', from, to]],
  ['turned', 'resaved', 'qpdf', (from, to) => ['--rotate=90', from, to]],
  ['its page taken out', 'resaved', 'qpdf', (from, to) => ['--empty', '--pages', from, '1', '--', to]],
  ['its page twice', 'resaved', 'qpdf', (from, to) => [from, '--pages', from, '1', from, '1', '--', to]],
  ['laid over itself', 'resaved', 'qpdf', (from, to) => [from, '--overlay', from, '--', to]],
  ['without its attachment', 'resaved', 'qpdf', (from, to) => ['--remove-attachment=dcert-certificate.json', from, to]],
  ['encrypted', 'encrypted', 'qpdf', (from, to) => ['--encrypt', 'secret', 'owner', '256', '--', from, to]],
  [
    'encrypted, opening without a password',
    'encrypted',
    'qpdf',
    (from, to) => ['--encrypt', '', 'owner', '256', '--', from, to],
  ],
  [
    'encrypted in the old way',
    'encrypted',
    'qpdf',
    (from, to) => ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--', from, to],
  ],
]

const OTHERS: readonly Copy[] = [
  ['cleaned', 'resaved', 'mutool', (from, to) => ['clean', from, to]],
  ['cleaned, with objects merged', 'resaved', 'mutool', (from, to) => ['clean', '-gggg', from, to]],
  ['cleaned, with its streams unpacked', 'resaved', 'mutool', (from, to) => ['clean', '-d', from, to]],
  ['cleaned, with its drawing written anew', 'resaved', 'mutool', (from, to) => ['clean', '-s', from, to]],
  ['made fast for the web', 'resaved', 'mutool', (from, to) => ['clean', '-l', from, to]],
  ['merged into a new file', 'resaved', 'mutool', (from, to) => ['merge', '-o', to, from]],
  ['cut into posters', 'resaved', 'mutool', (from, to) => ['poster', '-x', '2', from, to]],
  [
    'converted to PDF, the meaning of its glyphs lost',
    'unknown',
    'mutool',
    (from, to) => ['convert', '-F', 'pdf', '-o', to, from],
  ],
  [
    'encrypted',
    'encrypted',
    'mutool',
    (from, to) => ['clean', '-E', 'aes-256', '-U', 'secret', '-O', 'owner', from, to],
  ],
  ['printed to PDF', 'resaved', 'pdftocairo', (from, to) => ['-pdf', from, to]],
  ['printed to PDF in A3', 'resaved', 'pdftocairo', (from, to) => ['-pdf', '-paper', 'A3', '-expand', from, to]],
  ['its page separated', 'resaved', 'pdfseparate', (from, to) => [from, to]],
  ['united with itself', 'resaved', 'pdfunite', (from, to) => [from, from, to]],
]

async function answerTo(bytes: Buffer): Promise<{ outcome: string; reason: string; soon: boolean }> {
  const began = performance.now()
  const { outcome, reason } = await app.verification().verifyFile(bytes)
  return { outcome, reason, soon: performance.now() - began < 2000 }
}

describe('copies by other tools, of certificates of each key and language', () => {
  test.each([...QPDF, ...OTHERS].map(([does, reason, tool, args]) => ({ does, reason, tool, args })))(
    '$tool: $does: $reason',
    async ({ does, reason, tool, args }) => {
      for (const [i, base] of ground.bases.entries()) {
        const [from, to] = [join(directory, `${i}.pdf`), join(directory, `${i}-copy.pdf`)]
        writeFileSync(from, base.bytes)
        rmSync(to, { force: true })
        await run(tool, args(from, to))
        const of = { does, base: base.name }
        expect({ ...of, ...(await answerTo(readFileSync(to))) }).toEqual({
          ...of,
          outcome: 'failure',
          reason,
          soon: true,
        })
      }
    },
  )
})

describe('printed by Chromium', () => {
  test.each<readonly [does: string, reason: Reason, page: (pdf: string) => Promise<string>]>([
    ['its text, as a web page: the number is found', 'resaved', textPage],
    ['a picture of it: nothing can be told', 'unknown', picturePage],
  ])('%s: %s', async (does, reason, page) => {
    for (const [i, base] of ground.bases.entries()) {
      const from = join(directory, `print-${i}.pdf`)
      writeFileSync(from, base.bytes)
      const of = { does, base: base.name }
      const printed = await printToPdf(await page(from))
      expect({ ...of, ...(await answerTo(printed)) }).toEqual({ ...of, outcome: 'failure', reason, soon: true })
    }
  })
})

/** The page as MuPDF tells it in HTML: text as text. */
async function textPage(pdf: string): Promise<string> {
  const page = `${pdf}.html`
  await run('mutool', ['convert', '-F', 'html', '-o', page, pdf])
  return page
}

async function picturePage(pdf: string): Promise<string> {
  await run('pdftoppm', ['-r', '100', '-png', '-singlefile', pdf, pdf])
  writeFileSync(`${pdf}.picture.html`, `<img src="${pathToFileURL(`${pdf}.png`)}">`)
  return `${pdf}.picture.html`
}

async function printToPdf(page: string): Promise<Buffer> {
  const out = `${page}.pdf`
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--no-pdf-header-footer']
  const profile = `--user-data-dir=${join(directory, 'profile')}`
  await run('chromium', [...flags, profile, `--print-to-pdf=${out}`, String(pathToFileURL(page))])
  return readFileSync(out)
}
