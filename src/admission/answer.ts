import type { Finding, Verdict } from '../policy/evaluate.ts';
import type { KubeObject } from '../policy/objects/kube-object.ts';
import { describeRefusal, describeViolation, describeObject, limitLines } from '../policy/words.ts';
import type { Judgement, ModeVerdict, ValidatingPath } from './judge.ts';
import { denials, type Ruling } from './leniency.ts';
import type { Recorder } from './ports.ts';
import { allow, deny, type AdmissionResponse } from './response.ts';
import type { AdmissionRequest } from './review.ts';

/** Turns a judgement into the answer: a refusal, warnings, audit annotations, and what metrics and logs get to know. */
export function answer(
  path: ValidatingPath,
  request: AdmissionRequest,
  target: KubeObject,
  { verdicts, ruling, labelWarnings }: Judgement,
  recorder: Recorder,
): AdmissionResponse {
  const reply = new Reply(request, target, ruling, labelWarnings, recorder);
  for (const verdict of verdicts) reply[verdict.mode](verdict);
  return reply.finish(path);
}

/** An answer in the making. The modes speak in the order enforce, warn, audit. */
class Reply {
  readonly #request: AdmissionRequest;
  readonly #target: KubeObject;
  readonly #ruling: Ruling;
  readonly #recorder: Recorder;
  readonly #warnings: string[];
  readonly #auditAnnotations: Record<string, string> = {};
  /** What the client has heard: violations by check and container, and notices. */
  readonly #said = new Set<string>();
  /** Verdicts whose exemptions were counted. */
  readonly #counted = new Set<Verdict>();
  #refusal: string | undefined;

  constructor(
    request: AdmissionRequest,
    target: KubeObject,
    ruling: Ruling,
    warnings: readonly string[],
    recorder: Recorder,
  ) {
    this.#request = request;
    this.#target = target;
    this.#ruling = ruling;
    this.#warnings = [...warnings];
    this.#recorder = recorder;
  }

  enforce(judged: ModeVerdict): void {
    const { profile, verdict } = judged;
    this.#noteExempted(judged);
    const { refused, letThrough } = this.#ruling;
    if (refused.length > 0) this.#refuse(judged, refused);
    else if (letThrough !== undefined) this.#warn(profile.name, letThrough);
    const isRefused = new Set(refused);
    this.#say(
      judged,
      verdict.findings.filter((finding) => !isRefused.has(finding)),
    );
  }

  warn(judged: ModeVerdict): void {
    this.#noteExempted(judged);
    // The one who is refused under one profile need not hear what another would say.
    if (this.#refusal === undefined) this.#say(judged, judged.verdict.findings);
  }

  audit(judged: ModeVerdict): void {
    this.#noteExempted(judged);
    const denied = denials(judged.verdict);
    if (denied.length === 0) return;
    for (const { check } of denied) this.#recorder.violation(check, 'audit');
    this.#auditAnnotations['audit-violations'] =
      `would be refused under profile ${judged.profile.name}: ${listed(denied)}`;
  }

  finish(path: ValidatingPath): AdmissionResponse {
    const { uid } = this.#request;
    const remarks = { warnings: this.#warnings, auditAnnotations: this.#auditAnnotations };
    this.#recorder.reviewed({ path, decision: this.#refusal === undefined ? 'allow' : 'deny' });
    return this.#refusal === undefined ? allow(uid, remarks) : deny(uid, this.#refusal, remarks);
  }

  get #name(): string {
    return describeObject(this.#target, this.#request.namespace);
  }

  #refuse({ profile }: ModeVerdict, denied: readonly Finding[]): void {
    const { uid, username: user, operation, dryRun, namespace } = this.#request;
    this.#refusal = describeRefusal(this.#target, namespace, profile.name, denied);
    for (const { check } of denied) this.#recorder.violation(check, 'deny');
    this.#recorder.refused({
      uid,
      user,
      operation,
      dryRun,
      object: this.#name,
      profile: profile.name,
      reason: this.#refusal,
    });
  }

  /** Each violation is said once: what enforce has said, warn need not say again. */
  #say({ profile, verdict }: ModeVerdict, findings: readonly Finding[]): void {
    const news = findings.filter((finding) => !this.#said.has(identityOf(finding)));
    for (const finding of news) {
      this.#recorder.violation(finding.check, 'warn');
      this.#said.add(identityOf(finding));
    }
    for (const line of limitLines(news, describeViolation)) this.#warn(profile.name, line);
    for (const notice of verdict.notices) {
      if (!this.#said.has(notice)) this.#warn(profile.name, notice);
      this.#said.add(notice);
    }
  }

  /** Each line names the workload: kubectl shows equal warnings of one command only once. */
  #warn(profile: string, line: string): void {
    this.#warnings.push(`gracegate/${profile}: ${this.#name}: ${line}`);
  }

  #noteExempted({ verdict, mode }: ModeVerdict): void {
    if (verdict.exempted.length === 0) return;
    // Modes that name one profile share its verdict.
    if (!this.#counted.has(verdict)) {
      this.#counted.add(verdict);
      this.#recorder.exempted('annotation');
      for (const { check } of verdict.exempted) this.#recorder.violation(check, 'exempt');
    }
    this.#auditAnnotations[`${mode}-exempted`] =
      `${listed(verdict.exempted)}; reason: ${verdict.exemptReason}`;
  }
}

/** A violation is known by its check and its container, never by its text. */
const identityOf = ({ check, container }: Finding): string => `${check} ${container?.name ?? ''}`;

function listed(findings: readonly Finding[]): string {
  return limitLines(findings, describeViolation).join('; ');
}
