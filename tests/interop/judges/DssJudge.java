import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.ServiceLoaderPdfObjFactory;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.policy.ValidationPolicy;
import eu.europa.esig.dss.policy.ValidationPolicyFacade;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What EU DSS says about signed PDF files, under the validation policy that it brings.
 * Reads lines «file TAB root certificate TAB CRL TAB CRL», writes «TAB version» and then, for each file,
 * «file TAB words TAB words when it is given the CRLs».
 */
public class DssJudge {
  public static void main(String[] args) throws Exception {
    var policy = ValidationPolicyFacade.newFacade().getDefaultValidationPolicy();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("\t" + version());
    for (String line; (line = in.readLine()) != null; ) {
      String[] part = line.split("\t");
      out.println(part[0] + "\t" + judge(part[0], policy, verifier(part[1]), true) + "\t"
          + judge(part[0], policy, verifier(part[1], part[2], part[3]), false));
    }
  }

  /** Trusts one root, fetches nothing. */
  static CommonCertificateVerifier verifier(String root, String... crls) {
    var trusted = new CommonTrustedCertificateSource();
    trusted.addCertificate(DSSUtils.loadCertificate(new File(root)));
    var verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    verifier.setAIASource(null);
    if (crls.length > 0) {
      verifier.setCrlSource(new ExternalResourcesCRLSource(new FileDocument(crls[0]), new FileDocument(crls[1])));
    }
    return verifier;
  }

  /** @param draw whether the pages of the revisions are drawn and compared, which takes most of the time */
  static String judge(String file, ValidationPolicy policy, CommonCertificateVerifier verifier, boolean draw) {
    try {
      var validator = new PDFDocumentValidator(new FileDocument(file));
      if (!draw) {
        var differences = new DefaultPdfDifferencesFinder();
        differences.setMaximalPagesAmountForVisualComparison(0);
        var pdf = new ServiceLoaderPdfObjFactory();
        pdf.setPdfDifferencesFinder(differences);
        validator.setPdfObjFactory(pdf);
      }
      validator.setCertificateVerifier(verifier);
      validator.setEnableEtsiValidationReport(false); // a second report of the same facts
      return wordsOf(validator.validateDocument(policy));
    } catch (Exception error) { // what a judge cannot read it has not accepted
      return String.valueOf(error).replaceAll("\\s+", " ");
    }
  }

  static String wordsOf(Reports reports) {
    SimpleReport report = reports.getSimpleReport();
    if (report.getSignatureIdList().size() != 1) return report.getSignatureIdList().size() + " signatures";
    String id = report.getFirstSignatureId();
    List<String> words = new ArrayList<>();
    words.add(String.valueOf(report.getSignatureFormat(id)).replace('_', '-'));
    for (var scope : report.getSignatureScopes(id)) words.add("scope " + scope.getScope());
    DiagnosticData data = reports.getDiagnosticData();
    var pdf = data.getSignatureById(id).getPDFRevision();
    if (pdf.arePdfModificationsDetected() || pdf.arePdfObjectModificationsDetected()) words.add("modified");
    words.add("certified " + pdf.getDocMDPPermissions());
    var blocks = reports.getDetailedReport().getBasicBuildingBlockById(id);
    words.add("format " + blocks.getFC().getConclusion().getIndication());
    words.add("cryptography " + blocks.getCV().getConclusion().getIndication());
    words.add("acceptance " + blocks.getSAV().getConclusion().getIndication());
    var subIndication = report.getSubIndication(id);
    words.add(report.getIndication(id) + (subIndication == null ? "" : "/" + subIndication));
    var messages = new TreeSet<String>();
    for (Message message : report.getAdESValidationErrors(id)) messages.add(message.getValue());
    for (Message message : report.getAdESValidationWarnings(id)) messages.add(message.getValue());
    words.addAll(messages);
    return String.join("; ", words).replaceAll("\\s+", " ");
  }

  /** From the name of its archive: it tells its version nowhere else. */
  static String version() {
    String archive = SignedDocumentValidator.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return archive.replaceAll(".*dss-validation-(.*)\\.jar", "$1");
  }
}
