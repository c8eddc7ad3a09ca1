/** A process of its own for the benchmark: makes many certificates, one after the other, and tells its memory. */
import { benchCases } from './cases.ts'
import { contentOf } from './contents.ts'
import type { MemoryFigures } from './measure-memory.ts'
import { benchPki, openMaker } from './open-maker.ts'

const [directory = '', count = '20000'] = process.argv.slice(2)
const { maker } = await openMaker(await benchPki(directory))
const cases = benchCases(3)
const memory: MemoryFigures = { rssMb: [], heapMb: [] }
for (let made = 1; made <= Number(count); made++) {
  maker.make(contentOf(cases.next().value), 'v1')
  if (made % (Number(count) / 10) !== 0) continue
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  memory.rssMb.push(Math.round(rss / 2 ** 20))
  memory.heapMb.push(Math.round((heapUsed / 2 ** 20) * 10) / 10)
}
process.send?.(memory)
process.disconnect()
