/** What help says of each command beside its options, as a manual page would. */

export interface Manual {
  /** Paragraphs; undefined where one sentence says it all. */
  readonly description?: string;
  readonly examples: readonly Example[];
  readonly exitCodes: Readonly<Record<string, string>>;
  /** By the name of the variable. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Example {
  readonly purpose: string;
  /** Shell commands; the program is called `gracegate` in them. */
  readonly line: string;
}

const done = { 0: 'done', 2: 'it could not be done; a sentence on standard error says why' };

const kubeconfig = {
  KUBECONFIG:
    'the kubeconfig files, as kubectl reads them, where --kubeconfig is not given;\nwithout either ~/.kube/config, or the cluster this runs in',
};

/** By the path of the command; the program itself has the empty one. */
export const manuals: Readonly<Record<string, Manual>> = {
  '': {
    description: `The webhook fills in what a pod lacks to stop gracefully, and refuses what would drop requests. Namespaces
opt in by a label; "audit" says beforehand what would be refused, and "fix" repairs manifests.`,
    examples: [
      { purpose: 'what would be refused in manifests', line: 'gracegate audit -f deploy/' },
      { purpose: 'why, and what to write instead', line: 'gracegate explain readiness-probe' },
      { purpose: 'the options of a command, with examples', line: 'gracegate help audit' },
    ],
    exitCodes: {
      0: 'clean or done',
      1: 'violations were found',
      2: 'wrong use, or something could not be read',
    },
  },
  serve: {
    description: `The API server calls it at /mutate and /validate. /healthz, /readyz and /metrics are plain HTTP on a port of
their own. After SIGTERM it goes on answering for --lame-duck seconds, and says that it is not ready.

The serving certificate comes from files (--tls-cert, --tls-key), which are followed, or is issued in memory by an authority
that all replicas share (--authority-secret). The Helm chart sets all of this.`,
    examples: [
      { purpose: 'try it without a cluster', line: 'gracegate serve --standalone' },
      {
        purpose: 'outside of a cluster, with certificates of its own',
        line: 'gracegate certs --dir certs --host localhost\ngracegate serve --kubeconfig ~/.kube/config --tls-cert certs/tls.crt --tls-key certs/tls.key',
      },
    ],
    exitCodes: { 0: 'ended by SIGTERM or SIGINT', 2: 'it could not be started' },
    environment: {
      POD_NAMESPACE: 'the own namespace, which is left alone and has the Secret of --authority-secret',
      KUBERNETES_SERVICE_HOST: 'set by Kubernetes in a pod: the API server to ask, without --kubeconfig',
    },
  },
  register: {
    description: `The Helm chart brings its own webhook configurations; this is for a webhook that runs outside of the cluster,
and to look at what would be registered. Existing configurations of the same name are replaced.`,
    examples: [
      {
        purpose: 'what would be written',
        line: 'gracegate register --service gracegate/gracegate --ca-file certs/ca.crt --dry-run',
      },
      {
        purpose: 'a webhook on this machine',
        line: 'gracegate register --url https://192.0.2.7:8443 --ca-file certs/ca.crt --kubeconfig ~/.kube/config',
      },
    ],
    exitCodes: done,
    environment: kubeconfig,
  },
  certs: {
    description: 'For trying it out, and for tests: nothing renews these files. The CA key is not kept.',
    examples: [
      { purpose: 'for a webhook on this machine', line: 'gracegate certs --dir certs' },
      {
        purpose: 'for one behind a Service',
        line: 'gracegate certs --dir certs --host gracegate.gracegate.svc',
      },
    ],
    exitCodes: done,
  },
  audit: {
    description: `Objects are judged as the webhook would judge them: a template as the pod that would come out of it, with the
LimitRanges and other objects that are given along. Manifests may be YAML or JSON, with several documents and Lists; folders
are read with all that lies below. On a cluster, what may not be read is said, and nothing is concluded from its absence.

--server-dry-run sends a pod of each workload to the API server with dryRun=All, so that quotas, Pod Security Admission and the
webhooks of others judge it as well. Nothing is made; it takes the right to create pods.`,
    examples: [
      { purpose: 'a folder of manifests', line: 'gracegate audit -f deploy/' },
      { purpose: 'what a chart renders to', line: 'helm template . | gracegate audit -f -' },
      { purpose: 'a namespace of the current cluster', line: 'gracegate audit --cluster -n shop' },
      {
        purpose: 'what all of the API server would say of manifests that are not applied yet',
        line: 'gracegate audit -f deploy/ -n shop --server-dry-run',
      },
      {
        purpose: 'the whole cluster, as a PolicyReport in each namespace',
        line: 'gracegate audit --cluster --write-policy-reports --fail-on none',
      },
      {
        purpose: 'fail only on what would be denied, and write SARIF for code scanning',
        line: 'gracegate audit -f deploy/ --fail-on deny -o sarif --output-file gracegate.sarif',
      },
      {
        purpose: "accept today's findings, and fail on new ones",
        line: 'gracegate audit -f deploy/ --write-baseline gracegate-baseline.json\ngracegate audit -f deploy/ --since-baseline gracegate-baseline.json',
      },
    ],
    exitCodes: {
      0: 'clean, or nothing that fails by --fail-on and --since-baseline',
      1: 'violations were found',
      2: 'wrong use, or something could not be read (what it hides is not known) or written',
    },
    environment: kubeconfig,
  },
  fix: {
    examples: [
      { purpose: 'what would be written', line: 'gracegate fix -f deploy/ --diff' },
      { purpose: 'only what one check asks for', line: 'gracegate fix -f deploy/ --check grace-period' },
      { purpose: 'in a pipe', line: 'helm template . | gracegate fix -f - | kubectl apply -f -' },
    ],
    exitCodes: {
      0: 'nothing is left to fix',
      1: 'something is (with --diff: what it shows)',
      2: 'wrong use, or something could not be read or written',
    },
  },
  playground: {
    description: `A web page with an editor. While one types, it shows what each profile objects to, what would be patched into the
pods, and how they would start and stop. It listens on the loopback only, and what is typed goes nowhere else.`,
    examples: [
      { purpose: 'with the built-in profiles', line: 'gracegate playground' },
      { purpose: 'with your own', line: 'gracegate playground --config gracegate.yaml --port 0' },
    ],
    exitCodes: { 0: 'ended by Ctrl-C', 2: 'it could not be started' },
  },
  explain: {
    examples: [
      { purpose: 'one check', line: 'gracegate explain pre-stop' },
      { purpose: 'all checks, one a line', line: 'gracegate explain --list' },
    ],
    exitCodes: { 0: 'explained', 2: 'there is no such check' },
  },
  config: {
    examples: [{ purpose: 'before it is rolled out', line: 'gracegate config validate gracegate.yaml' }],
    exitCodes: { 0: 'valid', 2: 'not valid; each problem is named with its path' },
  },
  'config validate': {
    examples: [{ purpose: 'before it is rolled out', line: 'gracegate config validate gracegate.yaml' }],
    exitCodes: { 0: 'valid', 2: 'not valid; each problem is named with its path' },
  },
  completion: {
    description: `For "kubectl gracegate", kubectl asks by itself where kubectl_complete-gracegate is on PATH, as the npm package
installs it; its own completion must be on.`,
    examples: [
      { purpose: 'bash, in ~/.bashrc', line: 'source <(gracegate completion bash)' },
      { purpose: 'zsh, in ~/.zshrc after compinit', line: 'source <(gracegate completion zsh)' },
      {
        purpose: 'fish, in ~/.config/fish/config.fish',
        line: 'gracegate completion fish | source',
      },
    ],
    exitCodes: done,
  },
};
