/** A process of its own for the benchmark: issues some certificates, serves, and tells its memory when asked. */
import { openApp } from '../../src/app.ts'
import { confirmCertificate } from '../../src/certificates/confirm-certificate.ts'
import { issueCertificate } from '../../src/certificates/issue-certificate.ts'
import { readConfig } from '../../src/config.ts'
import { benchCases } from './cases.ts'

const app = await openApp(readConfig())
const issuing = await app.issuing()
const cases = benchCases(7)
for (let i = 0; i < Number(process.argv[2]); i++) {
  const { certificate } = await issueCertificate(cases.next().value, 'cli:bench', issuing)
  await confirmCertificate(certificate.id, 'cli:bench', app)
}
const server = await app.server({ demo: true })
await server.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ port: (server.server.address() as { port: number }).port })
process.on('message', (message) => {
  if (message === 'memory') process.send?.({ rss: process.memoryUsage.rss() })
  else void app.close().then(() => process.disconnect())
})
