{{- /* What no schema can say: values that contradict each other. */ -}}
{{- define "gracegate.validate" -}}
{{- $certificates := .Values.certificates -}}
{{- if and (eq $certificates.mode "files") (not $certificates.files.secretName) -}}
{{- fail "certificates.mode is files, but certificates.files.secretName is empty: name the Secret with tls.crt, tls.key and ca.crt" -}}
{{- end -}}
{{- if and $certificates.files.secretName (ne $certificates.mode "files") -}}
{{- fail (printf "certificates.files.secretName is set, but certificates.mode is %s: set certificates.mode to files, or leave the name out" $certificates.mode) -}}
{{- end -}}
{{- if and $certificates.certManager.issuerRef (ne $certificates.mode "cert-manager") -}}
{{- fail (printf "certificates.certManager.issuerRef is set, but certificates.mode is %s: set certificates.mode to cert-manager, or leave the issuer out" $certificates.mode) -}}
{{- end -}}
{{- if and .Values.clientVerification.enabled (not .Values.clientVerification.configMapName) -}}
{{- fail "clientVerification.enabled is true, but clientVerification.configMapName is empty: name the ConfigMap with the CA of the client certificates" -}}
{{- end -}}
{{- if and .Values.clientVerification.names (not .Values.clientVerification.enabled) -}}
{{- fail "clientVerification.names is set, but clientVerification.enabled is false: everybody would be heard" -}}
{{- end -}}
{{- if eq (int .Values.ports.webhook) (int .Values.ports.health) -}}
{{- fail (printf "ports.webhook and ports.health are both %d: reviews and health need a port each" (int .Values.ports.webhook)) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.create is false, but serviceAccount.name is empty: the chart would give its rights to the default ServiceAccount, and so to every pod of the namespace" -}}
{{- end -}}
{{- if and .Values.systemPriorityQuota (not .Values.priorityClassName) -}}
{{- fail "systemPriorityQuota is true, but priorityClassName is empty: name the class, or leave the quota out" -}}
{{- end -}}
{{- range $value, $labels := dict "commonLabels" .Values.commonLabels "podLabels" .Values.podLabels -}}
{{- range $key := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" -}}
{{- if hasKey $labels $key -}}
{{- fail (printf "%s sets %s, which the chart sets itself: leave it out" $value $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := .Values.podLabels -}}
{{- if hasKey $.Values.commonLabels $key -}}
{{- fail (printf "commonLabels and podLabels both set %s: set it in one of them" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
