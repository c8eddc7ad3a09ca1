import type { FastifyRequest } from 'fastify'
import type { Language } from '../verification/verification-result.ts'

/** Pages are Chinese unless the address says ?lang=en; undefined when it says nothing. */
export function languageInAddress(request: FastifyRequest): Language | undefined {
  const { lang } = (request.query ?? {}) as Record<string, unknown>
  if (lang === 'en') return 'en'
  return lang === 'zh-TW' || lang === 'zh' ? 'zh-TW' : undefined
}

/** For programs, which say what they read in Accept-Language: the first of ours counts, Chinese by default. */
export function languageOfHeader(request: FastifyRequest): Language {
  const header = request.headers['accept-language'] ?? ''
  for (const range of header.split(',')) {
    const tag = range.trim().toLowerCase()
    if (/^en\b/.test(tag)) return 'en'
    if (/^zh\b/.test(tag)) return 'zh-TW'
  }
  return 'zh-TW'
}
