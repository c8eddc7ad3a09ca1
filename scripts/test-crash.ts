/**
 * Kills dcert at random moments and fills its disk: npm run test:crash -- [--count N] [--seed S]
 * [--database sqlite|postgres]. N processes are killed; the same seed chooses the same moments again, as far as the
 * machine is as fast. Whatever else is given goes to vitest.
 */
import { parseArgs } from 'node:util'
import { parseCLI, startVitest } from 'vitest/node'

const OURS = { count: { type: 'string' }, seed: { type: 'string' }, database: { type: 'string' } } as const

const given = process.argv.slice(2)
const { values, tokens } = parseArgs({
  args: given,
  options: OURS,
  strict: false,
  allowPositionals: true,
  tokens: true,
})
const rest = given.filter(
  (_, index) =>
    !tokens.some(
      (token) =>
        token.kind === 'option' &&
        token.name in OURS &&
        (index === token.index || (token.inlineValue === false && index === token.index + 1)),
    ),
)
const count = wholeNumber('count', values.count ?? '12')
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000))
const database = String(values.database ?? 'sqlite')
if (!['sqlite', 'postgres'].includes(database)) throw new Error(`--database ${database}: sqlite or postgres`)

console.log(`test:crash --count ${count} --seed ${seed} --database ${database}`)
Object.assign(process.env, { CRASH_COUNT: count, CRASH_SEED: seed, CRASH_DATABASE: database })
const { filter, options } = parseCLI(['vitest', 'run', ...rest])
const vitest = await startVitest('test', filter, { ...options, config: 'vitest.crash.config.ts', watch: false })
await vitest.exit()

function wholeNumber(name: string, text: string | boolean): string {
  if (!/^\d{1,9}$/.test(String(text))) throw new Error(`--${name} ${text}: a whole number`)
  return String(text)
}
