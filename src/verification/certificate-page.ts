import type { FastifyInstance, FastifyReply } from 'fastify'
import { html } from 'ghtml'
import { FRAME_TEXTS } from '../http/frame-texts.ts'
import { pageFrame, VERIFIER_PATH } from '../http/page-frame.ts'
import { toProblem } from '../http/problem.ts'
import { PROBLEMS } from '../http/problem-texts.ts'
import { languageInAddress } from '../http/request-language.ts'
import { STATUS_WORDS, type StatusWords, CERTIFICATE_PAGE_TEXTS as TEXTS } from './certificate-page-texts.ts'
import { certificateFacts, registerTimes } from './result-view.ts'
import type { VerificationRoutesOptions } from './routes-options.ts'
import type { Language, VerificationResult } from './verification-result.ts'

/** 128 bits in Crockford base32, upper case. */
const TOKEN = /^[0-9A-HJKMNP-TV-Z]{26}$/

/** Where the QR code of a printed certificate leads. It names no person, and says that it proves nothing by itself. */
export async function certificatePage(app: FastifyInstance, options: VerificationRoutesOptions): Promise<void> {
  const { verification, limit, demo } = options

  // A wildcard, so that whatever stands behind /c/ ends here and looks the same (E68).
  app.get('/c/*', { onRequest: limit, schema: { hide: true } as object }, async (request, reply) => {
    const token = (request.params as { '*': string })['*']
    const asked = languageInAddress(request)
    reply.header('x-robots-tag', 'noindex, nofollow').type('text/html; charset=utf-8')
    try {
      const found = TOKEN.test(token) ? await verification.findByToken(token) : undefined
      const words = found && STATUS_WORDS[found.reason]
      if (!found?.certificate || !words) return reply.code(404).send(notFound(asked ?? 'zh-TW', demo))
      return reply.send(statusPage(found, words, asked ?? found.certificate.language, demo))
    } catch (error) {
      const problem = toProblem(error)
      if (problem.name !== 'register-unavailable') throw error
      request.log.error({ err: error }, 'could not answer')
      return sendUnavailable(reply.headers(problem.headers), asked ?? 'zh-TW', demo)
    }
  })
}

function statusPage(found: VerificationResult, words: StatusWords, language: Language, demo: boolean): string {
  return page(
    TEXTS.heading[language],
    language,
    demo,
    html`<h1>${TEXTS.heading[language]}</h1>
      <div class="status status-${words.tone}">
        <p class="status-label">${TEXTS.status[language]}</p>
        <p class="status-words">${words.title[language]}</p>
        <p>${words.explanation[language]}</p>
      </div>
      <div class="advice">
        <h2>${TEXTS.notProven[language]}</h2>
        <p>${TEXTS.notProvenWhy[language]}</p>
        <p><a class="button" href="${VERIFIER_PATH}?lang=${language}">${TEXTS.upload[language]}</a></p>
      </div>
      !${found.certificate ? certificateFacts(found.certificate, language) : ''}
      !${registerTimes(found, language)}`,
  )
}

function notFound(language: Language, demo: boolean): string {
  return page(
    TEXTS.notFound[language],
    language,
    demo,
    html`<h1>${TEXTS.notFound[language]}</h1>
      <p>${TEXTS.notFoundWhy[language]}</p>
      <p><a class="button" href="${VERIFIER_PATH}?lang=${language}">${TEXTS.upload[language]}</a></p>`,
  )
}

function sendUnavailable(reply: FastifyReply, language: Language, demo: boolean): FastifyReply {
  const { title, detail } = PROBLEMS['register-unavailable']
  const main = html`<h1>${title[language]}</h1>
    <p>${detail[language]}</p>`
  return reply.code(503).send(page(title[language], language, demo, main))
}

function page(title: string, language: Language, demo: boolean, main: string): string {
  return pageFrame({
    language,
    demo,
    robots: 'noindex',
    title: `${title}｜${FRAME_TEXTS.siteTitle[language]}`,
    main: html`<div class="narrow"><article class="card plain-page">!${main}</article></div>`,
  })
}
