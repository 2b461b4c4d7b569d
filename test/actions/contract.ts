/** What every action promises, whatever it does. `contract` registers the tests of one action on one scene. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Action } from "../../lib/actions/parts/action.ts";
import { isApiError, TransientError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { State, Target } from "../../lib/case/plan.ts";
import type { Scene } from "../../lib/core/plan/action.ts";
import { canonicalState } from "../../lib/core/plan/samePolicy.ts";
import type { EmbeddedAccount } from "../../lib/embedded/account.ts";
import type { Account } from "../../lib/ports/ports.ts";
import { dump } from "./dump.ts";
import { respelling, stale, throttled } from "./hostileAccount.ts";
import { permissionOf } from "./permissions.ts";
import { carryOut, stamp } from "./world.ts";

export interface ContractCase {
  readonly action: Action;
  /** What is special about this scene, for the names of the tests. */
  readonly when: string;
  readonly scene: Scene;
  /** A fresh account in which the first target of the scene is not yet contained. */
  readonly open: () => Promise<EmbeddedAccount> | EmbeddedAccount;
}

export const contract = ({ action, when, scene, open }: ContractCase): void => {
  const id = `${action.card.id} (${when})`;

  test(`${id}: capture only reads, and what it returns is plain JSON`, async () => {
    const { account, target, before, opened } = await prepare(action, scene, open);
    assert.equal(account.calls().length, opened);
    assert.deepEqual(JSON.parse(JSON.stringify(before)), before);
    assert.deepEqual(await action.capture(target, stamp, account), before);
  });

  test(`${id}: apply and rollback are pure and give the same calls each time`, async () => {
    const { target, before } = await prepare(action, scene, open);
    for (const requests of [action.apply, action.rollback]) {
      assert.deepEqual(requests(frozen(target), frozen(before), stamp), requests(target, before, stamp));
    }
  });

  test(`${id}: before it is applied it does not verify, afterwards it does`, async () => {
    const { account, target, before } = await prepare(action, scene, open);
    assert.equal(action.refuse(target, before, stamp), null);
    assert.equal(action.verify(target, before, before, stamp).ok, false);
    await carryOut(account, action.apply(target, before, stamp));
    const now = await action.capture(target, stamp, account);
    const verdict = action.verify(target, before, now, stamp);
    assert.equal(verdict.ok, true, verdict.why);
  });

  test(`${id}: applied again it asks for nothing`, async () => {
    const { account, target, before } = await prepare(action, scene, open);
    const requests = action.apply(target, before, stamp);
    assert.notDeepEqual(requests, []);
    await carryOut(account, requests);
    const now = await action.capture(target, stamp, account);
    assert.deepEqual(action.apply(target, now, stamp), []);
  });

  if (action.card.reversibility === "reversible") {
    test(`${id}: rollback restores every setting of the account, byte for byte`, async () => {
      const { account, target, before } = await prepare(action, scene, open);
      const settings = await dump(account);
      await carryOut(account, action.apply(target, before, stamp));
      assert.notDeepEqual(await dump(account), settings);
      await carryOut(account, action.rollback(target, before, stamp));
      assert.deepEqual(await dump(account), settings);
      assert.deepEqual(await action.capture(target, stamp, account), before);
    });
  }

  const { withdraw } = action;
  if (withdraw !== undefined && action.card.reversibility === "reversible") {
    test(`${id}: withdrawn from what is there now, every setting is back byte for byte, and nothing is left to withdraw`, async () => {
      const { account, target, before } = await prepare(action, scene, open);
      const settings = await dump(account);
      assert.deepEqual(withdraw(target, before, before, stamp), []);
      await carryOut(account, action.apply(target, before, stamp));
      const now = await action.capture(target, stamp, account);
      await carryOut(account, withdraw(frozen(target), frozen(before), frozen(now), stamp));
      assert.deepEqual(await dump(account), settings);
      assert.deepEqual(withdraw(target, before, await action.capture(target, stamp, account), stamp), []);
    });
  }

  test(`${id}: on an account that respells and reorders policies it verifies, asks for nothing again, and is taken back`, async () => {
    const account = await open();
    const aws = respelling(account);
    const target = action.targets(scene)[0]!;
    const before = await action.capture(target, stamp, aws);
    const settings = canonicalState((await dump(account)) as State);
    for (const request of action.apply(target, before, stamp)) await aws.call(request);
    const now = await action.capture(target, stamp, aws);
    const verdict = action.verify(target, before, now, stamp);
    assert.equal(verdict.ok, true, verdict.why);
    assert.deepEqual(action.apply(target, now, stamp), []);
    if (action.card.reversibility !== "reversible") return;
    const back = action.withdraw?.(target, before, now, stamp) ?? action.rollback(target, before, stamp);
    for (const request of back) await aws.call(request);
    assert.equal(canonicalState((await dump(account)) as State), settings);
  });

  test(`${id}: on an account that throttles every call and answers reads late it finishes all the same, and is taken back`, async () => {
    const account = await open();
    const target = action.targets(scene)[0]!;
    const settings = await dump(account);
    const aws = throttled(stale(account, 2));
    const before = await action.capture(target, stamp, aws);
    const isCut = async (): Promise<boolean> =>
      action.verify(target, before, await action.capture(target, stamp, account), stamp).ok;
    await insist(async () => {
      for (const request of action.apply(target, await action.capture(target, stamp, aws), stamp))
        await aws.call(request);
      return isCut();
    });
    assert.ok(await isCut());
    if (action.card.reversibility !== "reversible" || action.withdraw === undefined) return;
    await insist(async () => {
      const now = await action.capture(target, stamp, aws);
      for (const request of action.withdraw!(target, before, now, stamp)) await aws.call(request);
      return isDeepStrictEqual(await dump(account), settings);
    });
    assert.deepEqual(await dump(account), settings);
  });

  test(`${id}: it calls nothing that its card does not list`, async () => {
    const { account, target, before } = await prepare(action, scene, open);
    const reads: ApiRequest[] = [];
    await action.capture(target, stamp, recording(account, reads));
    const writes = [...action.apply(target, before, stamp), ...action.rollback(target, before, stamp)];
    const listed = (kind: string) =>
      action.card.permissions.filter((each) => each.for === kind).map((each) => each.action);
    for (const request of reads)
      assert.ok(listed("read").includes(permissionOf(request)), `${request.operation} is not listed`);
    for (const request of writes)
      assert.ok(listed("write").includes(permissionOf(request)), `${request.operation} is not listed`);
  });

  test(`${id}: stopped after any of its calls and applied again, it finishes and can still be taken back`, async () => {
    const { target, before } = await prepare(action, scene, open);
    const requests = action.apply(target, before, stamp);
    for (let done = 0; done < requests.length; done += 1) {
      const account = await open();
      const settings = await dump(account);
      await carryOut(account, requests.slice(0, done));
      await carryOut(account, action.apply(target, await action.capture(target, stamp, account), stamp));
      assert.equal(action.verify(target, before, await action.capture(target, stamp, account), stamp).ok, true);
      if (action.card.reversibility !== "reversible") continue;
      await carryOut(account, action.rollback(target, before, stamp));
      assert.deepEqual(await dump(account), settings);
    }
  });

  if (namesPrincipalOrBucket(action, scene)) {
    test(`${id}: a protected target is refused`, async () => {
      const { account, target } = await prepare(action, scene, open);
      const names = Object.values(target).flatMap((value) => [value, ...value.split(" ")]);
      const guarded = { ...scene, protected: { principals: names, buckets: names } };
      for (const spared of action.targets(guarded)) {
        const state = await action.capture(spared, stamp, account);
        assert.equal(typeof action.refuse(spared, state, stamp), "string");
      }
    });
  }
};

/** Trails, jobs and detectors are neither, and settings have no list that protects them. */
const namesPrincipalOrBucket = (action: Action, scene: Scene): boolean =>
  ["userName", "roleName", "arn", "bucket"].some((member) => member in (action.targets(scene)[0] ?? {}));

/** What the executor and whoever runs it again do: what was turned away, or found as it was before, is tried again. */
const insist = async (attempt: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 12; tries += 1)
    try {
      if (await attempt()) return;
    } catch (error) {
      if (!isApiError(error) && !(error instanceof TransientError)) throw error;
    }
};

interface Prepared {
  readonly account: EmbeddedAccount;
  readonly target: Target;
  readonly before: State;
  /** Changing calls that made the account what it is. */
  readonly opened: number;
}

const prepare = async (action: Action, scene: Scene, open: ContractCase["open"]): Promise<Prepared> => {
  const account = await open();
  const opened = account.calls().length;
  const target = action.targets(scene)[0];
  assert.ok(target !== undefined, `${action.card.id} finds no target in its scene`);
  return { account, target, before: await action.capture(target, stamp, account), opened };
};

const recording = (account: Account, calls: ApiRequest[]): Account => ({
  call: (request) => {
    calls.push(request);
    return account.call(request);
  },
});

const frozen = <T>(value: T): T => {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
};
