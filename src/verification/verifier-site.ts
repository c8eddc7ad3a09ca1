import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { VERIFIER_PATH } from '../http/page-frame.ts'
import { toProblem } from '../http/problem.ts'
import { languageInAddress } from '../http/request-language.ts'
import type { VerifierBundle } from './bundle-verifier.ts'
import { takeUploads, withUpload } from './read-upload.ts'
import { noticeView, resultView } from './result-view.ts'
import type { VerificationRoutesOptions } from './routes-options.ts'
import type { Language } from './verification-result.ts'
import { verifierPage } from './verifier-page.ts'

export type VerifierSiteOptions = VerificationRoutesOptions & { readonly bundle: VerifierBundle }

const TYPES = {
  'verifier.js': 'text/javascript; charset=utf-8',
  'verifier.css': 'text/css; charset=utf-8',
  'favicon.svg': 'image/svg+xml',
} as const

const hidden = { schema: { hide: true } as object }

/** The page of E24. With script it asks the API; without, the form is posted here and answered with the same page. */
export async function verifierSite(app: FastifyInstance, options: VerifierSiteOptions): Promise<void> {
  const { verification, limit, uploads, demo, bundle } = options
  takeUploads(app)

  const page = (language: Language, result?: string) =>
    verifierPage({
      language,
      demo,
      assets: `${VERIFIER_PATH}/`,
      api: '',
      // The fragment takes the reader, and the focus, to the result.
      action: `${VERIFIER_PATH}?lang=${language}#result`,
      home: `${VERIFIER_PATH}?lang=${language}`,
      ...(result === undefined ? {} : { result }),
    })

  app.get(VERIFIER_PATH, hidden, async (request, reply) => {
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(page(languageOf(request)))
  })

  app.get(`${VERIFIER_PATH}/`, hidden, async (_request, reply) => reply.redirect(VERIFIER_PATH, 301))

  app.post(
    VERIFIER_PATH,
    {
      ...hidden,
      onRequest: limit,
      errorHandler(error, request, reply) {
        const problem = toProblem(error)
        if (problem.status >= 500) request.log.error({ err: error }, 'could not answer')
        const language = languageOf(request)
        return reply
          .code(problem.status)
          .headers(problem.headers)
          .header('cache-control', 'no-store')
          .type('text/html; charset=utf-8')
          .send(page(language, noticeView(problem.name, language)))
      },
    },
    async (request, reply) => {
      const result = await withUpload(request, uploads, (bytes) => verification.verifyFile(bytes))
      const language = languageOf(request)
      return reply
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(page(language, resultView(result, language)))
    },
  )

  for (const name of Object.keys(TYPES) as (keyof VerifierBundle)[]) {
    const tag = `"${createHash('sha256').update(bundle[name]).digest('base64url').slice(0, 22)}"`
    app.get(`${VERIFIER_PATH}/${name}`, hidden, async (request, reply) => {
      // Asked for anew each time, sent only when changed: no old script with a new page.
      reply.headers({ etag: tag, 'cache-control': 'no-cache' }).type(TYPES[name])
      return request.headers['if-none-match'] === tag ? reply.code(304).send() : reply.send(bundle[name])
    })
  }
}

function languageOf(request: Parameters<typeof languageInAddress>[0]): Language {
  return languageInAddress(request) ?? 'zh-TW'
}
