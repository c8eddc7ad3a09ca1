"""What pyHanko says about signed PDF files.

Reads lines "file <TAB> root certificate (PEM)", writes "<TAB> version" and then a line "file <TAB> words" for each.
A file is judged twice: by pyHanko's own PDF validation, and by its AdES basic validation (EN 319 102-1, 5.3).
Nothing is fetched; revocation, of which a PAdES-BASELINE-B file carries nothing, is not asked for.
"""

import asyncio
import sys
from importlib.metadata import version

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_basic_validation
from pyhanko.sign.validation.pdf_embedded import read_certification_data
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

NOT_ASKED = RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)


async def judge(path, root):
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        signatures = reader.embedded_signatures
        if len(signatures) != 1:
            return f"{len(signatures)} signatures"
        (signature,) = signatures
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        status = await async_validate_pdf_signature(signature, signer_validation_context=context)
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=[root]),
            revinfo_policy=CertRevTrustPolicy(NOT_ASKED),
        )
        ades = await ades_basic_validation(
            signature.signed_data,
            validation_spec=SignatureValidationSpec(cert_validation_policy=policy),
            raw_digest=signature.compute_digest(),
        )
        certification = read_certification_data(reader)
        return "; ".join(
            [
                f"bottom_line={status.bottom_line}",
                status.summary(),
                status.coverage.name,
                f"docmdp_ok={status.docmdp_ok}",
                "not certified" if certification is None else f"certified {certification.permission.name}",
                str(signature.sig_object["/SubFilter"])[1:],
                f"AdES {ades.ades_subindic.name}",
            ]
        )


async def main():
    print(f"\t{version('pyHanko')}")
    for line in sys.stdin:
        path, root = line.rstrip("\n").split("\t")
        try:
            words = await judge(path, load_cert_from_pemder(root))
        except Exception as error:  # what a judge cannot read it has not accepted
            words = f"{type(error).__name__}: {error}"
        print(f"{path}\t{' '.join(words.split())}")


asyncio.run(main())
