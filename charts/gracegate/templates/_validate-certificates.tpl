{{- define "gracegate.validateCertificates" -}}
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
{{- if eq $certificates.mode "self-managed" -}}
{{- include "gracegate.validateLifetimes" $certificates.selfManaged -}}
{{- end -}}
{{- if eq $certificates.mode "cert-manager" -}}
{{- include "gracegate.validateDurations" $certificates.certManager -}}
{{- end -}}
{{- end -}}

{{- /* As lifetimesOf in src/cli/serve-command.ts refuses them. */ -}}
{{- define "gracegate.validateLifetimes" -}}
{{- $authority := include "gracegate.seconds" .authorityLifetime | float64 -}}
{{- if gt (include "gracegate.seconds" .certificateLifetime | float64) $authority -}}
{{- fail (printf "certificates.selfManaged.certificateLifetime is %s, but authorityLifetime is %s: a certificate cannot outlive the authority that signs it" .certificateLifetime .authorityLifetime) -}}
{{- end -}}
{{- if gt (mulf 6 (include "gracegate.seconds" .rotationOverlap | float64)) $authority -}}
{{- fail (printf "certificates.selfManaged.rotationOverlap is %s, but authorityLifetime is %s: it can be a sixth of that at most" .rotationOverlap .authorityLifetime) -}}
{{- end -}}
{{- end -}}

{{- /* As cert-manager refuses them (ValidateDuration in internal/apis/certmanager/validation/certificate.go). */ -}}
{{- define "gracegate.validateDurations" -}}
{{- $duration := include "gracegate.seconds" .duration | float64 -}}
{{- $renewBefore := include "gracegate.seconds" .renewBefore | float64 -}}
{{- if lt $duration 3600.0 -}}
{{- fail (printf "certificates.certManager.duration is %s: cert-manager takes 1h at least" .duration) -}}
{{- end -}}
{{- if lt $renewBefore 300.0 -}}
{{- fail (printf "certificates.certManager.renewBefore is %s: cert-manager takes 5m at least" .renewBefore) -}}
{{- end -}}
{{- if ge $renewBefore $duration -}}
{{- fail (printf "certificates.certManager.renewBefore is %s, but duration is %s: a certificate would be renewed as soon as it is there" .renewBefore .duration) -}}
{{- end -}}
{{- if and (not .issuerRef) (le (include "gracegate.seconds" .authorityDuration | float64) $duration) -}}
{{- fail (printf "certificates.certManager.authorityDuration is %s, but duration is %s: the authority must outlive what it signs" .authorityDuration .duration) -}}
{{- end -}}
{{- end -}}

{{- /* Of a duration as flags take it, 7d, or as Go writes it, 1h30m. */ -}}
{{- define "gracegate.seconds" -}}
{{- $secondsOf := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" . -1 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- $sum = addf $sum (mulf (trimSuffix $unit . | float64) (get $secondsOf $unit)) -}}
{{- end -}}
{{- printf "%.3f" $sum -}}
{{- end -}}
