/** What the watcher of a namespace saw. All times are milliseconds of Unix time, when it was seen. */
export interface Observed {
  /** Of Pods and EndpointSlices, in the order of their arrival; those of what was there before come first, as ADDED. */
  readonly events: readonly WatchEvent[];
  /** To which addresses the node routed the Services of the namespace: an entry whenever that changed. */
  readonly routes: readonly Routes[];
}

export interface WatchEvent {
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: PodObject | EndpointSliceObject;
}

export interface Routes {
  readonly at: number;
  /** IP addresses, sorted. */
  readonly addresses: readonly string[];
}

/** The part of a Pod that is of interest. */
export interface PodObject {
  readonly kind: 'Pod';
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly containers: readonly {
      readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
    }[];
  };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly state?: { readonly terminated?: object } }[];
  };
}

/** The part of an EndpointSlice that is of interest. */
export interface EndpointSliceObject {
  readonly kind: 'EndpointSlice';
  readonly metadata: { readonly name: string };
  readonly endpoints?:
    | readonly {
        readonly conditions: { readonly ready?: boolean };
        readonly targetRef?: { readonly name: string };
      }[]
    | null;
}

/**
 * The addresses that Services of a namespace are routed to, from what `iptables-save` prints: kube-proxy writes a comment
 * "NAMESPACE/SERVICE -> ADDRESS:PORT" on the rule that picks an endpoint (`writeServiceToEndpointRules` in
 * pkg/proxy/iptables/proxier.go).
 */
export function routedAddresses(rules: string, namespace: string): string[] {
  const target = new RegExp(String.raw`"${namespace}/[^"]* -> ([\d.]+):\d+"`, 'g');
  return [...new Set([...rules.matchAll(target)].map(([, address = '']) => address))].toSorted();
}
