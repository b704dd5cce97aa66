/** The corpus of the audit's bench: Deployments of about 1 KB as charts render them, the same bytes at every run. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Deployments in one file: 100 in each of 100 files are the 10,000 of the target. */
export const perFile = 100;

/** What is there beside the Deployments: nothing; or a PodDisruptionBudget for each, which is judged by them. */
export type Beside = 'nothing' | 'budgets';

/** Writes a folder anew. `count` is a multiple of {@link perFile}. Returns the files. */
export async function writeCorpus(
  folder: string,
  count: number,
  beside: Beside = 'nothing',
): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (let first = 0; first < count; first += perFile) {
    const documents = Array.from({ length: perFile }, (_, index) => first + index).flatMap((index) =>
      beside === 'budgets' ? [deployment(index), budget(index)] : [deployment(index)],
    );
    const file = join(folder, `apps-${String(first / perFile).padStart(5, '0')}.yaml`);
    await writeFile(file, documents.join('---\n'));
    files.push(file);
  }
  return files;
}

const nameOf = (index: number): string => `app-${String(index).padStart(6, '0')}`;
const namespaceOf = (index: number): string => `team-${index % 50}`;

export const namespaces: readonly string[] = Array.from({ length: 50 }, (_, index) => namespaceOf(index));

function budget(index: number): string {
  const name = nameOf(index);
  return `# Source: shop/templates/${name}-budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
  namespace: ${namespaceOf(index)}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
`;
}

/** One of two is fine, the others lack a CPU request and a readiness probe. */
export function deployment(index: number): string {
  const name = nameOf(index);
  const namespace = namespaceOf(index);
  const isGood = index % 2 === 0;
  return `# Source: shop/templates/${name}.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/managed-by: Helm
spec:
  replicas: ${1 + (index % 4)}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: app
          image: registry.example.com/${namespace}/${name}:1.${index % 10}.0
          args: ["--port=8080", "--log-level=info"]
          ports:
            - name: http
              containerPort: 8080
${isGood ? readiness : ''}          livenessProbe:
            httpGet:
              path: /livez
              port: http
            failureThreshold: 6
          lifecycle:
            preStop:
              sleep:
                seconds: 15
          resources:
            requests:
${isGood ? '              cpu: 100m\n' : ''}              memory: 128Mi
            limits:
              memory: 256Mi
`;
}

const readiness = `          readinessProbe:
            httpGet:
              path: /readyz
              port: http
`;
