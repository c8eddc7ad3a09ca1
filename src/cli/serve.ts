import type { App } from '../app.ts'
import { AppError } from '../shared/app-error.ts'
import type { Output } from './output.ts'

/**
 * `dcert serve`, `npm start`: listens until SIGTERM or SIGINT, then finishes what has begun and ends. A process that
 * is to issue opens its keys first, so that wrong ones are refused at start.
 */
export async function serve(app: App, options: { demo: boolean }, out: Output): Promise<number> {
  const { host, port, roles, publicUrl } = app.config
  if (roles.includes('issuer')) await app.issuing()
  // A process that only issues takes jobs and listens to nobody (docs/architecture.md, roles).
  if (roles.includes('verifier') || roles.includes('portal')) {
    const server = await app.server(options)
    await server.listen({ host, port }).catch((cause) => {
      if (cause.code !== 'EADDRINUSE') throw cause
      throw new AppError(
        'CONFLICT',
        `${host}:${port} 已有其他程式在使用；請以 DCERT_PORT 指定另一個埠號`,
        {},
        { cause },
      )
    })
    out.note(`dcert: http://${host}:${port}/verify （${publicUrl}）`)
  }
  // Waiting for a signal alone does not keep a process alive.
  const hold = setInterval(() => {}, 60_000)
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  clearInterval(hold)
  return 0
}
