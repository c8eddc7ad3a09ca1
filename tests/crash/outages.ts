import { expect } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { type Ended, start } from './dcert-process.ts'
import type { Site } from './site.ts'
import type { Disk } from './small-disk.ts'
import { problemsOf, storyOf } from './soundness.ts'

/** A command that a disk has stopped: exit code 1, words about the disk that say what to do, and no stack. */
export function expectOutage(ended: Ended, words: RegExp, where: string): void {
  const { error } = answerOf<{ error?: { code: string; message: string } }>(ended)
  expect({ where, code: ended.code, error }).toEqual({
    where,
    code: 1,
    error: expect.objectContaining({ code: 'UNAVAILABLE', message: expect.stringMatching(words) }),
  })
  expect(ended.stderr, where).toMatch(words)
  expect(ended.stderr, where).not.toMatch(/^ {4}at /m)
}

/** What is on the disk now is sound, and the story it tells. */
export async function soundStory(disk: Disk, where: string): Promise<Record<string, string[]>> {
  const site = await disk.takeOut()
  try {
    expect(await problemsOf(site), where).toEqual([])
    return await storyOf(site)
  } finally {
    await site.end()
  }
}

/** What a command comes to that nothing stops. */
export async function undisturbedStory(base: Site, args: readonly string[]): Promise<Record<string, string[]>> {
  const site = await base.copy()
  try {
    expect((await start(site, args).ended).code).toBe(0)
    return await storyOf(site)
  } finally {
    await site.end()
  }
}
