import { expect, test } from 'vitest'
import { prefersHtml } from '../../src/http/accept.ts'

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['text/html', true],
  ['application/json;q=0.5, text/html', true],
  ['application/json, text/html;q=0.9', false],
  ['application/problem+json, text/html;q=0.9', false],
  ['text/html;q=0', false],
  ['*/*', false],
  ['application/json', false],
  ['', false],
  [undefined, false],
])('Accept: %s asks for a page: %s', (accept, wanted) => {
  expect(prefersHtml(accept)).toBe(wanted)
})
