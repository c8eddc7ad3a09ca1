import { expect, test } from 'vitest'
import { issued } from './demo-files.ts'
import { runWell } from './tools.ts'

/** Lines end and words are spaced as the page has room: nothing else is made alike, no form of a character either. */
function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, '')
}

test.each(issued)('pdftotext reads from $file all that it must say and nothing else', async ({ path, says }) => {
  const { text } = await runWell('pdftotext', ['-raw', path, '-'])
  expect(withoutSpace(text)).toBe(withoutSpace(says.page.join('')))
})

test.each(issued)('what a person copies out of $file is the data, character by character', async ({ path, says }) => {
  const { text } = await runWell('pdftotext', [path, '-'])
  const [words, characters] = [text.replaceAll(/\s+/g, ' '), withoutSpace(text)]
  for (const value of says.values) {
    if (/[\u2e80-\uffff]|[\u{20000}-\u{3ffff}]/u.test(value)) expect(characters).toContain(withoutSpace(value))
    else expect(words).toContain(value)
  }
})

test('the sample has names outside the Basic Multilingual Plane, and of other writings', () => {
  const said = issued.flatMap(({ says }) => says.values).join('')
  for (const character of '𠮷𤧟𡍼𪚥㛢龘犇彣玥堃喆煊栢峯綉‧·ŁúñÁễị'.normalize('NFC')) {
    expect(said).toContain(character)
  }
})
