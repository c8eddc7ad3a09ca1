/** Writes the verifier as static files, for a web server of its own: npm run build:verifier -- --api https://… */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleVerifier } from '../src/verification/bundle-verifier.ts'
import { verifierPage } from '../src/verification/verifier-page.ts'

const { values } = parseArgs({
  options: {
    api: { type: 'string', default: '' },
    out: { type: 'string', default: 'dist/verifier' },
    demo: { type: 'boolean', default: false },
  },
})

const api = values.api.replace(/\/$/, '')
if (api !== '' && !/^https?:\/\/[^/]+/.test(api)) {
  console.error('--api must be an address such as https://dcert.example.gov.tw')
  process.exit(2)
}
const origin = api === '' ? "'self'" : `'self' ${new URL(api).origin}`
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  `connect-src ${origin}`,
  `form-action ${origin}`,
  "base-uri 'none'",
].join('; ')

const page = verifierPage({
  language: 'zh-TW',
  demo: values.demo,
  assets: './',
  api,
  action: `${api}/verify?lang=zh-TW#result`,
  home: './',
  policy,
})

mkdirSync(values.out, { recursive: true })
for (const [name, content] of Object.entries({ ...(await bundleVerifier()), 'index.html': page })) {
  writeFileSync(join(values.out, name), content)
}
console.log(`the verifier is in ${values.out}; it asks ${api || 'the server it is loaded from'}`)
