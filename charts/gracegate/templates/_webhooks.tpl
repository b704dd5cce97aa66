{{- /* The webhooks are those of src/admission/registration.ts; test/e2e/chart/registration.test.ts holds the two together. */ -}}

{{- /* What all webhooks share. There is no caBundle on purpose: Gracegate, or cert-manager, keeps it. */ -}}
{{- define "gracegate.webhook" -}}
clientConfig:
  service:
    namespace: {{ .root.Release.Namespace }}
    name: {{ include "gracegate.fullname" .root }}
    port: {{ .root.Values.service.port }}
    path: {{ .path }}
sideEffects: None
admissionReviewVersions: [v1]
matchPolicy: Equivalent
{{- end -}}

{{- /* cert-manager fills in the CA of this Certificate. */ -}}
{{- define "gracegate.webhookAnnotations" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
annotations:
  cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "gracegate.fullname" . }}
{{- end -}}
{{- end -}}

{{- define "gracegate.defaults" -}}
{{- (.Values.configuration).defaults | default dict | toJson -}}
{{- end -}}

{{- /* A mode is on: with a default, also in namespaces without the label, which NotIn matches. */ -}}
{{- define "gracegate.modeIsOn" -}}
{{- if not (hasKey (include "gracegate.defaults" .root | fromJson) .mode) -}}
- key: gracegate.dev/{{ .mode }}
  operator: Exists
{{ end -}}
- key: gracegate.dev/{{ .mode }}
  operator: NotIn
  values: ["off"]
{{- end -}}

{{- define "gracegate.leftAlone" -}}
{{- $exempt := ((.Values.configuration).exemptions).namespaces | default list -}}
- key: kubernetes.io/metadata.name
  operator: NotIn
  values: {{ concat (list "kube-system" "kube-node-lease" .Release.Namespace) $exempt | uniq | toJson }}
{{- end -}}

{{- /* How a mode may be off, a selector each: by its label, and by having none where there is no default. */ -}}
{{- define "gracegate.waysToBeOff" -}}
{{- $key := printf "gracegate.dev/%s" .mode -}}
{{- $absent := dict "suffix" "" "expression" (dict "key" $key "operator" "DoesNotExist") -}}
{{- $off := dict "suffix" (printf "-%s-off" .mode) "expression" (dict "key" $key "operator" "In" "values" (list "off")) -}}
{{- $hasDefault := hasKey (include "gracegate.defaults" .root | fromJson) .mode -}}
{{- dict "ways" (ternary (list $off) (list $absent $off) $hasDefault) | toJson -}}
{{- end -}}

{{- /* Pods on CREATE and their resize; everything else on CREATE and UPDATE. A rule for each version of a group. */ -}}
{{- define "gracegate.judgedRules" -}}
{{- $kinds := list
  (list "v1" "replicationcontrollers")
  (list "apps/v1" "deployments") (list "apps/v1" "replicasets") (list "apps/v1" "statefulsets") (list "apps/v1" "daemonsets")
  (list "batch/v1" "jobs") (list "batch/v1" "cronjobs") -}}
{{- range (.Values.configuration).workloads -}}
{{- $kinds = append $kinds (list .apiVersion .resource) -}}
{{- end -}}
{{- $kinds = concat $kinds (list
  (list "autoscaling/v2" "horizontalpodautoscalers")
  (list "policy/v1" "poddisruptionbudgets")) -}}
{{- $versions := list -}}
{{- $resources := dict -}}
{{- range $kinds -}}
{{- $version := index . 0 -}}
{{- $versions = append $versions $version | uniq -}}
{{- $_ := set $resources $version (append (get $resources $version | default list) (index . 1)) -}}
{{- end -}}
- apiGroups: [""]
  apiVersions: [v1]
  operations: [CREATE]
  resources: [pods]
  scope: Namespaced
- apiGroups: [""]
  apiVersions: [v1]
  operations: [UPDATE]
  resources: [pods/resize]
  scope: Namespaced
{{- range $version := $versions }}
- apiGroups: [{{ ternary (dir $version) "" (contains "/" $version) | quote }}]
  apiVersions: [{{ base $version }}]
  operations: [CREATE, UPDATE]
  resources: [{{ get $resources $version | join ", " }}]
  scope: Namespaced
{{- end }}
{{- end -}}

{{- /* What must always work works even while Gracegate is down: deletion, finalizers, updates that leave the spec alone. */ -}}
{{- define "gracegate.matchConditions" -}}
- name: not-being-deleted
  expression: >-
    request.operation != 'UPDATE' || (!has(object.metadata.deletionTimestamp) &&
    !has(oldObject.metadata.deletionTimestamp))
- name: spec-changed
  expression: >-
    request.operation != 'UPDATE' || (request.resource.resource in ['replicasets', 'replicationcontrollers'] ?
    object.spec.template != oldObject.spec.template :
    !has(object.spec) || !has(oldObject.spec) || object.spec != oldObject.spec)
{{- end -}}

{{- /* A webhook of a mode. `unless` holds one way to be off for each mode that would come first. */ -}}
{{- define "gracegate.validatingWebhook" -}}
{{- $suffix := "" -}}
{{- $unless := list -}}
{{- range .unless -}}
{{- $suffix = print $suffix .suffix -}}
{{- $unless = append $unless .expression -}}
{{- end -}}
- name: {{ .mode }}{{ $suffix }}.gracegate.dev
  {{- include "gracegate.webhook" (dict "root" .root "path" (printf "/validate/%s" .mode)) | nindent 2 }}
  {{- if eq .mode "enforce" }}
  failurePolicy: Fail
  timeoutSeconds: 5
  {{- else }}
  failurePolicy: Ignore
  timeoutSeconds: 2
  {{- end }}
  rules:
    {{- include "gracegate.judgedRules" .root | nindent 4 }}
  matchConditions:
    {{- include "gracegate.matchConditions" .root | nindent 4 }}
  namespaceSelector:
    matchExpressions:
      {{- include "gracegate.modeIsOn" (dict "root" .root "mode" .mode) | nindent 6 }}
      {{- with $unless }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- include "gracegate.leftAlone" .root | nindent 6 }}
{{- end -}}
