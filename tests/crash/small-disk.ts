import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Ended, type Running, start } from './dcert-process.ts'
import { environmentOf, newRoot, type Site } from './site.ts'
import { sqliteSite } from './sqlite-site.ts'

/** A disk of its own, seen only by the commands that are run on it; gone when the test process ends. */
export type Disk = {
  /** where it is mounted, for the commands on it */
  readonly path: string
  /** so many bytes more than what is on it; whole pages of 4096 */
  leaveFree(bytes: number): Promise<void>
  makeReadOnly(): Promise<void>
  makeWritable(): Promise<void>
  /** a command of dcert, with the data directory on this disk unless the environment says otherwise */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): Running
  dcert(...args: readonly string[]): Promise<Ended>
  /** the same data directory on a disk with room enough, to look at; the register must be left alone meanwhile */
  takeOut(): Promise<Site>
  /** names in a directory of the disk with their sizes in bytes; none when it is not there */
  list(directory: string): Promise<Record<string, number>>
  end(): Promise<void>
}

const run = promisify(execFile)
const PLENTY = 256 * 1024 * 1024

type Kind = { readonly holder: readonly string[]; readonly enter: readonly string[] }

/** In memory, of any size; in a user namespace, where everybody may mount it. */
const MEMORY: Kind = {
  holder: [
    ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
    'mount -t tmpfs -o size="$1",mode=700 tmpfs "$0" && mkdir "$0/data" && echo mounted && exec cat',
  ],
  enter: ['nsenter', '--user', '--preserve-credentials', '--mount'],
}
/** A file system of the kind that real disks have, in a file; only root may mount it. */
const EXT4: Kind = {
  holder: [
    ...['unshare', '--mount', 'sh', '-c'],
    'truncate -s "$1" "$0.img" && mkfs.ext4 -q "$0.img" && mount -o loop "$0.img" "$0" && rm "$0.img" && mkdir "$0/data" && echo mounted && exec cat',
  ],
  enter: ['nsenter', '--mount'],
}

/**
 * Mounts a disk with plenty of room, holding a copy of a site's data directory if there is one. Needs Linux, and either
 * root or the right to make user namespaces.
 * @throws Error with the reason when the machine does not let us mount: then nothing can be said about full disks
 */
export function mountDisk(from?: Site): Promise<Disk> {
  return mount(MEMORY, from)
}

/** The same on ext4, which can be made to give up as it does when the hardware fails. Needs root. */
export async function mountFailingDisk(from: Site): Promise<Disk & { fail(): Promise<void> }> {
  const disk = await mount(EXT4, from)
  return { ...disk, fail: () => disk.remount('abort') }
}

async function mount(kind: Kind, from: Site | undefined): Promise<Disk & { remount(options: string): Promise<void> }> {
  const path = mkdtempSync(join(tmpdir(), 'dcert-disk-'))
  const [unshare = '', ...mounting] = kind.holder
  const holder = spawn(unshare, [...mounting, path, String(PLENTY)], { stdio: ['pipe', 'pipe', 'pipe'] })
  let refusal = ''
  holder.stderr.on('data', (chunk) => {
    refusal += chunk
  })
  const begun = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'close').then(() => false),
    once(holder, 'error').then(([error]) => {
      refusal += error
      return false
    }),
  ])
  if (!begun) throw new Error(`No disk could be mounted here, so full and read-only disks are NOT tested: ${refusal}`)

  const inside = [...kind.enter, '--target', String(holder.pid), '--']
  const within = async (...command: string[]): Promise<string> => {
    const [program = '', ...args] = [...inside, ...command]
    return (await run(program, args)).stdout
  }
  const remount = async (options: string): Promise<void> =>
    void (await within('mount', '-o', `remount,${options}`, path))
  const used = async (): Promise<number> => Number((await within('df', '-B1', '--output=used', path)).split('\n')[1])
  if (from !== undefined) await within('cp', '-a', join(from.root, 'data'), path)

  const site = { root: path, environment: { ...environmentOf(path), TMPDIR: path } }
  const startOn = (args: readonly string[], environment = {}): Running =>
    start({ ...site, environment: { ...site.environment, ...environment } }, args, { through: inside, directory: '/' })
  return {
    path,
    remount,
    leaveFree: async (bytes) => remount(`size=${Math.max(4096, (await used()) + bytes)}`),
    makeReadOnly: () => remount('ro'),
    makeWritable: () => remount(`rw,size=${PLENTY}`),
    start: startOn,
    dcert: (...args) => startOn(args).ended,
    async takeOut() {
      const root = newRoot()
      await within('cp', '-a', join(path, 'data'), root)
      return sqliteSite(root)
    },
    async list(directory) {
      const found = await within('find', join(path, directory), '-mindepth', '1', '-printf', '%P %s\\n').catch(() => '')
      const lines = found.split('\n').filter((line) => line !== '')
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
      )
    },
    async end() {
      holder.stdin.end()
      if (holder.exitCode === null) await once(holder, 'exit')
      rmSync(path, { recursive: true, force: true })
    },
  }
}
