"""Addresses for signing up, in and out, and for what opens an account, by way of allauth."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from accounts.views.email import ConfirmEmail, undo_email, undo_email_link
from accounts.views.second_factor import (
    AddApp,
    AddPasskey,
    ConfirmByPasskey,
    NewRecoveryCodes,
    Passkeys,
    RemoveApp,
    RemovePasskey,
    RenamePasskey,
)
from accounts.views.security import security, sessions
from accounts.views.sign_in import AskForNewPassword, SignIn, back_to_sign_in

urlpatterns = [
    path("sign-up/", views.signup, name="account_signup"),
    path("sign-in/", SignIn.as_view(), name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("sign-in/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("inactive/", back_to_sign_in, {"said": "closed"}, name="account_inactive"),
    path("confirm-sign-in/", views.reauthenticate, name="account_reauthenticate"),
    path("confirm-sign-in/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirm-sign-in/passkey/", ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("security/", security, name="account_security"),
    path("security/", security, name="mfa_index"),  # what allauth calls it
    path("email/", views.email, name="account_email"),
    path("email/undo/", undo_email, name="account_undo_email"),
    path("email/undo/<str:token>/", undo_email_link, name="account_undo_email_link"),
    path("email/confirm/", back_to_sign_in, {"said": "confirm-mail"}, name="account_email_verification_sent"),
    re_path(r"^email/confirm/(?P<key>[-:\w]+)/$", ConfirmEmail.as_view(), name="account_confirm_email"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", AskForNewPassword.as_view(), name="account_reset_password"),
    path("password/reset/sent/", back_to_sign_in, {"said": "reset-mail"}, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        back_to_sign_in,
        {"said": "new-password"},
        name="account_reset_password_from_key_done",
    ),
    path("sessions/", sessions, name="account_sessions"),
    path("authenticator-app/add/", AddApp.as_view(), name="mfa_activate_totp"),
    path("authenticator-app/remove/", RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("passkeys/", Passkeys.as_view(), name="mfa_list_webauthn"),
    path("passkeys/add/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<uuid:passkey_id>/rename/", RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<uuid:passkey_id>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
]
