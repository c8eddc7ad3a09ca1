/** A process of its own for the benchmark: makes many certificates, one after the other, and tells its memory. */
import { benchCases } from './cases.ts'
import { contentOf } from './contents.ts'
import { benchPki, openMaker } from './open-maker.ts'

const [directory = '', count = '20000'] = process.argv.slice(2)
const { maker } = await openMaker(await benchPki(directory))
const cases = benchCases(3)
const rssMb: number[] = []
for (let made = 1; made <= Number(count); made++) {
  maker.make(contentOf(cases.next().value), 'v1')
  if (made % (Number(count) / 10) !== 0) continue
  globalThis.gc?.()
  rssMb.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
}
process.send?.({ rssMb })
process.disconnect()
